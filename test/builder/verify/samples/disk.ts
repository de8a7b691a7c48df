import { crc32 } from 'node:zlib';
import { BLOCK_BYTES, GRAIN_BYTES, GRAINS_PER_BLOCK } from '../../../../src/builder/formats/blocks.ts';
import { adler32 } from '../../../../src/builder/formats/deflate/adler32.ts';
import type { DeflatedGrain } from '../../../../src/builder/formats/deflate/grains.ts';
import type { DiskSurvey } from '../../../../src/builder/formats/survey.ts';
import { deflatePiece } from '../../../../src/builder/formats/work/run-deflate.ts';
import { noise, text } from '../../formats/sample-disk.ts';

const MIB = 2 ** 20;
export const DISK_BYTES = 96 * MIB;

/** Grains with data by their place: in the first and third grain table of a VMDK, and in three blocks of a VHDX. */
const grains: readonly (readonly [offset: number, data: Uint8Array])[] = [
  [0, text(GRAIN_BYTES)],
  [5 * MIB + GRAIN_BYTES, noise(GRAIN_BYTES)],
  [70 * MIB, text(GRAIN_BYTES)],
];

export const pieces = grains.map(([start, data]) => ({ start, data }));

/** What reading the disk would tell, without threads that read it. */
export const survey: DiskSurvey = {
  sizeBytes: DISK_BYTES,
  masks: Uint16Array.from({ length: DISK_BYTES / BLOCK_BYTES }, (_, block) =>
    grains
      .filter(([offset]) => Math.floor(offset / BLOCK_BYTES) === block)
      .reduce((mask, [offset]) => mask | (1 << ((offset / GRAIN_BYTES) % GRAINS_PER_BLOCK)), 0),
  ),
  digest: '0123456789abcdef'.repeat(4),
};

export const deflated: readonly DeflatedGrain[] = grains.map(([offset, data]) => ({
  offset,
  deflated: deflatePiece(data, 6),
  adler32: adler32(data),
  crc32: crc32(data),
}));
