import { BLOCK_BYTES } from '../blocks.ts';
import { type DiskSurvey, dataBlocks } from '../survey.ts';
import { BAT_OFFSET, batEntries, batLength, CHUNK_RATIO } from './layout.ts';

/** Payload block states (MS-VHDX 2.5.1.1). */
const BLOCK_ZERO = 2;
const BLOCK_FULLY_PRESENT = 6;

export interface BlockTable {
  bytes: Buffer;
  /** Byte offset in the file of a block that is present, by its number on the disk. */
  placeOf: ReadonlyMap<number, number>;
}

/** Gives each block with data the next free 1 MiB of the file; every other block is stated to be zeros. */
export function blockTable(survey: DiskSurvey): BlockTable {
  const bytes = Buffer.alloc(batEntries(survey.sizeBytes) * 8);
  for (let block = 0; block < survey.masks.length; block++) bytes.writeBigUInt64LE(BigInt(BLOCK_ZERO), entryAt(block));
  const placeOf = new Map<number, number>();
  let next = BAT_OFFSET + batLength(survey.sizeBytes);
  for (const { index } of dataBlocks(survey)) {
    placeOf.set(index, next);
    // The offset is in whole MiB from bit 20 up, so a multiple of 1 MiB is its own field.
    bytes.writeBigUInt64LE(BigInt(next) | BigInt(BLOCK_FULLY_PRESENT), entryAt(index));
    next += BLOCK_BYTES;
  }
  return { bytes, placeOf };
}

/** After every {@link CHUNK_RATIO} blocks comes one entry for a sector bitmap, which only differencing disks use. */
function entryAt(block: number): number {
  return (block + Math.floor(block / CHUNK_RATIO)) * 8;
}
