import { crc32c } from './crc32c.ts';
import { guidBytes } from './guid.ts';
import { BAT_OFFSET, batLength, HEADER_BYTES, LOG, METADATA, REGION_TABLE_BYTES } from './layout.ts';

const CHECKSUM_OFFSET = 4;
const BAT_REGION = guidBytes('2dc27766-f623-4200-9d64-115e9bfd4a08');
const METADATA_REGION = guidBytes('8b7ca206-4790-4b9a-b8fe-575f050f886e');
const REQUIRED = 1;

/** File type identifier (MS-VHDX 2.2.1): what a reader looks at first, and who wrote it. */
export function fileIdentifier(): Buffer {
  const bytes = Buffer.alloc(8 + 512);
  bytes.write('vhdxfile', 0, 'latin1');
  bytes.write('Kiln', 8, 'utf16le');
  return bytes;
}

/**
 * One of the two headers (2.2.2). The one with the higher sequence number counts. The log id is zero: nothing to
 * replay.
 */
export function vhdxHeader(sequence: number, ids: { fileWrite: Uint8Array; dataWrite: Uint8Array }): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.write('head', 0, 'latin1');
  header.writeBigUInt64LE(BigInt(sequence), 8);
  header.set(ids.fileWrite, 16);
  header.set(ids.dataWrite, 32);
  header.writeUInt16LE(0, 64);
  header.writeUInt16LE(1, 66);
  header.writeUInt32LE(LOG.length, 68);
  header.writeBigUInt64LE(BigInt(LOG.offset), 72);
  return sealed(header);
}

/** The region table (2.2.3), of which two equal copies are kept. */
export function regionTable(sizeBytes: number): Buffer {
  const table = Buffer.alloc(REGION_TABLE_BYTES);
  table.write('regi', 0, 'latin1');
  const regions = [
    { id: BAT_REGION, offset: BAT_OFFSET, length: batLength(sizeBytes) },
    { id: METADATA_REGION, offset: METADATA.offset, length: METADATA.length },
  ];
  table.writeUInt32LE(regions.length, 8);
  regions.forEach(({ id, offset, length }, i) => {
    const at = 16 + i * 32;
    table.set(id, at);
    table.writeBigUInt64LE(BigInt(offset), at + 16);
    table.writeUInt32LE(length, at + 24);
    table.writeUInt32LE(REQUIRED, at + 28);
  });
  return sealed(table);
}

/** Puts the CRC-32C of the whole structure into its checksum field, which is 0 until then. */
function sealed(structure: Buffer): Buffer {
  structure.writeUInt32LE(crc32c(structure), CHECKSUM_OFFSET);
  return structure;
}
