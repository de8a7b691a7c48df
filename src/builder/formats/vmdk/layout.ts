import { GRAIN_BYTES, roundUp, SECTOR_BYTES } from '../blocks.ts';
import { DESCRIPTOR_SECTORS } from './descriptor.ts';

// All numbers are little-endian, all positions in sectors. Source: Virtual Disk Format 5.0 (VMware, 2011),
// "Hosted Sparse Extents" and "Stream-Optimized Compressed Sparse Extents".

export const GRAIN_SECTORS = GRAIN_BYTES / SECTOR_BYTES;
/** Entries in a grain table; the only number readers accept. One table covers 32 MiB. */
export const TABLE_ENTRIES = 512;
/** Where the first grain begins; everything before is header, descriptor and padding. */
export const OVERHEAD_SECTORS = 128;
/** "The directory's place is in the footer": a stream cannot know it when the header is written. */
export const DIRECTORY_AT_END = 0xffff_ffff_ffff_ffffn;

const MAGIC = 0x564d444b;
const VERSION = 3;
/** Valid new-line test, compressed grains, markers. Not 0x2: there is no second grain directory. */
const FLAGS = 0x30001;
const DEFLATE = 1;

/** What a metadata marker announces. */
export const marker = { endOfStream: 0, grainTable: 1, grainDirectory: 2, footer: 3 } as const;

/** The header, and, with the directory's real place, the footer. */
export function sparseHeader(sizeBytes: number, directorySector: bigint): Buffer {
  const header = Buffer.alloc(SECTOR_BYTES);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(VERSION, 4);
  header.writeUInt32LE(FLAGS, 8);
  header.writeBigUInt64LE(BigInt(sizeBytes / SECTOR_BYTES), 12);
  header.writeBigUInt64LE(BigInt(GRAIN_SECTORS), 20);
  header.writeBigUInt64LE(1n, 28);
  header.writeBigUInt64LE(BigInt(DESCRIPTOR_SECTORS), 36);
  header.writeUInt32LE(TABLE_ENTRIES, 44);
  header.writeBigUInt64LE(0n, 48);
  header.writeBigUInt64LE(directorySector, 56);
  header.writeBigUInt64LE(BigInt(OVERHEAD_SECTORS), 64);
  header.writeUInt8(0, 72);
  // Four bytes that a transfer in text mode would change.
  header.write('\n \r\n', 73, 'latin1');
  header.writeUInt16LE(DEFLATE, 77);
  return header;
}

/** @param sectors length of the metadata that follows */
export function metadataMarker(type: number, sectors: number): Buffer {
  const bytes = Buffer.alloc(SECTOR_BYTES);
  bytes.writeBigUInt64LE(BigInt(sectors), 0);
  bytes.writeUInt32LE(0, 8);
  bytes.writeUInt32LE(type, 12);
  return bytes;
}

/** The twelve bytes before a compressed grain. */
export function grainMarker(diskSector: number, compressedBytes: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeBigUInt64LE(BigInt(diskSector), 0);
  bytes.writeUInt32LE(compressedBytes, 8);
  return bytes;
}

/** A grain table or directory as it lies in the file, padded to whole sectors. */
export function tableBytes(entries: Uint32Array): Buffer {
  const bytes = Buffer.alloc(roundUp(entries.length * 4, SECTOR_BYTES));
  entries.forEach((entry, i) => {
    bytes.writeUInt32LE(entry, i * 4);
  });
  return bytes;
}
