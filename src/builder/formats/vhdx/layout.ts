import { BLOCK_BYTES, roundUp } from '../blocks.ts';

// Positions and sizes in bytes. Source: MS-VHDX, sections 2.1 (layout), 2.2 (header), 2.5 (BAT).

const KIB = 1024;
const MIB = 1024 * KIB;

export const HEADER_OFFSETS = [64 * KIB, 128 * KIB] as const;
export const HEADER_BYTES = 4 * KIB;
export const REGION_TABLE_OFFSETS = [192 * KIB, 256 * KIB] as const;
export const REGION_TABLE_BYTES = 64 * KIB;
export const LOG = { offset: MIB, length: MIB } as const;
export const METADATA = { offset: 2 * MIB, length: MIB } as const;
export const BAT_OFFSET = 3 * MIB;

export const LOGICAL_SECTOR_BYTES = 512;
export const PHYSICAL_SECTOR_BYTES = 4096;

/** Payload blocks between two entries for sector bitmaps: 2^23 sectors worth. */
export const CHUNK_RATIO = (2 ** 23 * LOGICAL_SECTOR_BYTES) / BLOCK_BYTES;

/** Entries of the block allocation table, the unused ones for sector bitmaps included (2.5). */
export function batEntries(sizeBytes: number): number {
  const blocks = Math.ceil(sizeBytes / BLOCK_BYTES);
  return blocks + Math.floor((blocks - 1) / CHUNK_RATIO);
}

/** Room for the table in the file. */
export function batLength(sizeBytes: number): number {
  return roundUp(batEntries(sizeBytes) * 8, MIB);
}
