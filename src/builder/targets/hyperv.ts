import { writeDynamicVhdx } from '../formats/vhdx/write-vhdx.ts';
import { digestOfFile } from './hash-file.ts';
import type { Target } from './target.ts';

/** Hyper-V, both generations: a dynamic VHDX. */
export const hyperv: Target = {
  kind: 'hyperv',
  title: 'Write the VHDX for Hyper-V',
  async wrap({ disk, survey, pool }, path, step) {
    const sizeBytes = await writeDynamicVhdx(disk, survey, path, pool.signal);
    step.detail('checksum');
    return digestOfFile(pool, path, sizeBytes);
  },
};
