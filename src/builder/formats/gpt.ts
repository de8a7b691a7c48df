import { crc32 } from 'node:zlib';
import { SECTOR_BYTES } from './blocks.ts';

/** A partition as its table states it. */
export interface GptPartition {
  /** 1-based position in the table. */
  readonly number: number;
  readonly label: string;
  /** Partition type and PARTUUID, upper case. */
  readonly type: string;
  readonly guid: string;
  /** Bytes. */
  readonly start: number;
  readonly length: number;
}

export interface Gpt {
  /** Byte offset of the other copy of the header. */
  readonly alternate: number;
  readonly partitions: readonly GptPartition[];
}

/** Bytes from the disk's start that hold the protective MBR, the header and 128 entries. */
export const PRIMARY_GPT_BYTES = 34 * SECTOR_BYTES;

const SIGNATURE = 'EFI PART';
const MIN_HEADER_BYTES = 92;
const ENTRY_BYTES = 128;
const EMPTY_TYPE = '00000000-0000-0000-0000-000000000000';

/**
 * Reads the primary GUID partition table (UEFI specification 2.10, sections 5.3.2 and 5.3.3), checksums included.
 * @param head the disk's first {@link PRIMARY_GPT_BYTES} bytes or more; sectors of 512 bytes
 * @throws {RangeError} when the table is not there or does not match its checksums
 */
export function readGpt(head: Uint8Array): Gpt {
  const disk = Buffer.from(head.buffer, head.byteOffset, head.length);
  if (disk.length < PRIMARY_GPT_BYTES) throw new RangeError('too little of the disk to hold a partition table');
  const header = disk.subarray(SECTOR_BYTES, 2 * SECTOR_BYTES);
  if (header.toString('latin1', 0, 8) !== SIGNATURE) throw new RangeError('no GPT header in the second sector');
  const headerBytes = header.readUInt32LE(12);
  if (headerBytes < MIN_HEADER_BYTES || headerBytes > SECTOR_BYTES)
    throw new RangeError('the GPT header has no sane size');
  const plain = Buffer.from(header.subarray(0, headerBytes));
  plain.writeUInt32LE(0, 16);
  if (crc32(plain) !== header.readUInt32LE(16)) throw new RangeError('the GPT header does not match its checksum');
  const first = Number(header.readBigUInt64LE(72)) * SECTOR_BYTES;
  const count = header.readUInt32LE(80);
  const size = header.readUInt32LE(84);
  if (size !== ENTRY_BYTES || first + count * size > disk.length) throw new RangeError('the GPT entries lie elsewhere');
  const entries = disk.subarray(first, first + count * size);
  if (crc32(entries) !== header.readUInt32LE(88)) throw new RangeError('the GPT entries do not match their checksum');
  return { alternate: Number(header.readBigUInt64LE(32)) * SECTOR_BYTES, partitions: readEntries(entries) };
}

function readEntries(entries: Buffer): GptPartition[] {
  const partitions: GptPartition[] = [];
  for (let at = 0; at < entries.length; at += ENTRY_BYTES) {
    const entry = entries.subarray(at, at + ENTRY_BYTES);
    const type = guid(entry, 0);
    if (type === EMPTY_TYPE) continue;
    const start = Number(entry.readBigUInt64LE(32)) * SECTOR_BYTES;
    const end = (Number(entry.readBigUInt64LE(40)) + 1) * SECTOR_BYTES;
    const label = entry.toString('utf16le', 56).replace(/\0.*$/s, '');
    partitions.push({ number: at / ENTRY_BYTES + 1, label, type, guid: guid(entry, 16), start, length: end - start });
  }
  return partitions;
}

/** The first three fields are little-endian (UEFI specification, appendix A). */
function guid(entry: Buffer, at: number): string {
  const hex = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();
  const field = (from: number, to: number): string => hex(Buffer.from(entry.subarray(at + from, at + to)).reverse());
  return [
    field(0, 4),
    field(4, 6),
    field(6, 8),
    hex(entry.subarray(at + 8, at + 10)),
    hex(entry.subarray(at + 10, at + 16)),
  ].join('-');
}
