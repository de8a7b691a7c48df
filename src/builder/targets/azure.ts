import { writeFixedVhd } from '../formats/vhd/write-vhd.ts';
import { digestOfFile } from './hash-file.ts';
import type { Target } from './target.ts';

/** Azure: a fixed VHD whose disk is a whole number of MiB, to be uploaded as a page blob. */
export const azure: Target = {
  kind: 'azure',
  title: 'Write the VHD for Azure',
  async wrap({ disk, survey, epoch, pool }, path, step) {
    const { sizeBytes, runs } = await writeFixedVhd(disk, survey, path, epoch, pool.signal);
    step.detail('checksum');
    return digestOfFile(pool, path, sizeBytes, runs);
  },
};
