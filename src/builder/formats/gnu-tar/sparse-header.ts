import { SECTOR_BYTES } from '../blocks.ts';
import type { Extent } from '../disk-image.ts';
import { writeTarNumber } from './number.ts';

// GNU tar manual, "Basic Tar Format": struct oldgnu_header, struct sparse, struct sparse_header.

const FIELD_BYTES = 12;
const ENTRY_BYTES = 2 * FIELD_BYTES;
const MAP_OFFSET = 386;
const MAP_ENTRIES = 4;
const IS_EXTENDED_OFFSET = 482;
const REAL_SIZE_OFFSET = 483;
const EXTENSION_ENTRIES = 21;
const EXTENSION_IS_EXTENDED_OFFSET = 504;
const CHECKSUM_OFFSET = 148;

export interface SparseFile {
  name: string;
  /** Length of the file with its holes. */
  sizeBytes: number;
  /** The runs that are stored, in order, each a multiple of 512 bytes. */
  runs: readonly Extent[];
  /** Seconds since 1970. */
  mtime: number;
}

/** The header of a sparse file in GNU's old format, the blocks that continue its map included. */
export function sparseHeader(file: SparseFile): Buffer {
  const map = sparseMap(file);
  const inHeader = map.slice(0, MAP_ENTRIES);
  const header = Buffer.alloc(SECTOR_BYTES);
  header.write(file.name, 0, 100, 'utf8');
  writeTarNumber(header, 0o644, 100, 8);
  writeTarNumber(header, 0, 108, 8);
  writeTarNumber(header, 0, 116, 8);
  writeTarNumber(
    header,
    file.runs.reduce((sum, run) => sum + run.length, 0),
    124,
    12,
  );
  writeTarNumber(header, file.mtime, 136, 12);
  header.write('S', 156, 'latin1');
  header.write('ustar  \0', 257, 'latin1');
  header.write('root', 265, 'latin1');
  header.write('root', 297, 'latin1');
  writeEntries(header, MAP_OFFSET, inHeader);
  header.writeUInt8(map.length > MAP_ENTRIES ? 1 : 0, IS_EXTENDED_OFFSET);
  writeTarNumber(header, file.sizeBytes, REAL_SIZE_OFFSET, FIELD_BYTES);
  writeChecksum(header);
  return Buffer.concat([header, ...extensionBlocks(map.slice(MAP_ENTRIES))]);
}

/** GNU tar ends the map of a file whose tail is a hole with an empty run at the end; else the tail would be lost. */
function sparseMap({ runs, sizeBytes }: SparseFile): readonly Extent[] {
  const last = runs.at(-1);
  const dataEnd = last === undefined ? -1 : last.start + last.length;
  return dataEnd === sizeBytes ? runs : [...runs, { start: sizeBytes, length: 0 }];
}

function extensionBlocks(entries: readonly Extent[]): Buffer[] {
  const blocks: Buffer[] = [];
  for (let i = 0; i < entries.length; i += EXTENSION_ENTRIES) {
    const block = Buffer.alloc(SECTOR_BYTES);
    writeEntries(block, 0, entries.slice(i, i + EXTENSION_ENTRIES));
    block.writeUInt8(i + EXTENSION_ENTRIES < entries.length ? 1 : 0, EXTENSION_IS_EXTENDED_OFFSET);
    blocks.push(block);
  }
  return blocks;
}

function writeEntries(block: Buffer, offset: number, entries: readonly Extent[]): void {
  entries.forEach(({ start, length }, i) => {
    writeTarNumber(block, start, offset + i * ENTRY_BYTES, FIELD_BYTES);
    writeTarNumber(block, length, offset + i * ENTRY_BYTES + FIELD_BYTES, FIELD_BYTES);
  });
}

/** The sum of all header bytes, the field itself taken as blanks: six octal digits, NUL, blank. */
function writeChecksum(header: Buffer): void {
  header.fill(' ', CHECKSUM_OFFSET, CHECKSUM_OFFSET + 8);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, CHECKSUM_OFFSET, 'latin1');
}
