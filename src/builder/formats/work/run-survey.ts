import { createHash } from 'node:crypto';
import { BLOCK_BYTES, GRAIN_BYTES, GRAINS_PER_BLOCK } from '../blocks.ts';
import type { Jobs } from './jobs.ts';
import { readFully, withFile } from './read-at.ts';

const zeroGrain = Buffer.alloc(GRAIN_BYTES);

export function surveyBlocks({ path, firstBlock, blocks }: Jobs['survey']['input']): Jobs['survey']['output'] {
  const masks = new Uint16Array(blocks);
  const hashes: Buffer[] = [];
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  withFile(path, (fd) => {
    for (let i = 0; i < blocks; i++) {
      readFully(fd, block, (firstBlock + i) * BLOCK_BYTES);
      const mask = grainMask(block);
      masks[i] = mask;
      if (mask !== 0) hashes.push(createHash('sha256').update(block).digest());
    }
  });
  return { masks, hashes: Buffer.concat(hashes) };
}

/** Bit `i` is set when grain `i` of the block holds a byte other than 0. */
function grainMask(block: Buffer): number {
  let mask = 0;
  for (let grain = 0; grain < GRAINS_PER_BLOCK; grain++) {
    if (!block.subarray(grain * GRAIN_BYTES, (grain + 1) * GRAIN_BYTES).equals(zeroGrain)) mask |= 1 << grain;
  }
  return mask;
}
