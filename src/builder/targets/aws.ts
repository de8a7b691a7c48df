import { stat } from 'node:fs/promises';
import { compressZstd } from '../tools/zstd.ts';
import { digestOfFile } from './hash-file.ts';
import type { Target } from './target.ts';

/** AWS: the raw disk, compressed, to be imported as an EBS snapshot and registered as an AMI. */
export const aws: Target = {
  kind: 'aws',
  title: 'Compress the raw disk for AWS',
  async wrap({ exec, disk, pool }, path, step) {
    await compressZstd(exec, disk.path, path, pool.threads);
    step.detail('checksum');
    return digestOfFile(pool, path, (await stat(path)).size);
  },
};
