import { SECTOR_BYTES } from '../formats/blocks.ts';
import { DESCRIPTOR_SECTORS } from '../formats/vmdk/descriptor.ts';
import {
  DIRECTORY_AT_END,
  GRAIN_SECTORS,
  marker,
  OVERHEAD_SECTORS,
  sparseHeader,
  TABLE_ENTRIES,
} from '../formats/vmdk/layout.ts';
import type { Bytes } from './bytes.ts';
import type { Tell } from './rules.ts';

/** Footer marker, footer, end-of-stream marker. */
const TAIL_SECTORS = 3;
const GRAIN_MARKER_BYTES = 12;
/** Deflate makes of a grain that cannot be made smaller at most this much more. */
const MAX_GRAIN_BYTES = GRAIN_SECTORS * SECTOR_BYTES + 1024;

/**
 * A stream-optimized VMDK (Virtual Disk Format 5.0, "Stream-Optimized Compressed Sparse Extents").
 * @param name the file's name in its archive
 * @param sizeBytes of the disk
 */
export async function checkVmdk(vmdk: Bytes, name: string, sizeBytes: number, tell: Tell): Promise<void> {
  const head = await vmdk.read(0, OVERHEAD_SECTORS * SECTOR_BYTES);
  const header = head.subarray(0, SECTOR_BYTES);
  const expected = sparseHeader(sizeBytes, DIRECTORY_AT_END);
  const at = differs(header, expected);
  if (at !== undefined) tell('vmdk-header', `byte ${at}`, `expected ${hex(expected, at)}, found ${hex(header, at)}`);
  checkDescriptor(head.subarray(SECTOR_BYTES, (1 + DESCRIPTOR_SECTORS) * SECTOR_BYTES), name, sizeBytes, tell);
  const stray = head.findIndex((byte, index) => index >= (1 + DESCRIPTOR_SECTORS) * SECTOR_BYTES && byte !== 0);
  if (stray >= 0) tell('vmdk-header', `byte ${stray}`, 'the padding before the first grain is not zeros');
  const directorySector = await checkFooter(vmdk, sizeBytes, tell);
  if (directorySector !== undefined) await checkGrains(vmdk, sizeBytes, directorySector, tell);
}

function checkDescriptor(bytes: Buffer, name: string, sizeBytes: number, tell: Tell): void {
  const end = bytes.indexOf(0);
  const text = bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
  if (end >= 0 && bytes.subarray(end).some((byte) => byte !== 0))
    tell('vmdk-descriptor', 'its end', 'the text is followed by something else than zeros');
  const wanted: readonly (readonly [what: string, pattern: RegExp])[] = [
    ['the first line', /^# Disk DescriptorFile\n/],
    ['version', /^version=1$/m],
    ['a content id', /^CID=(?!f{7}[ef])[0-9a-f]{8}$/m],
    ['no parent', /^parentCID=ffffffff$/m],
    ['its type', /^createType="streamOptimized"$/m],
    ['its extent', new RegExp(`^RW ${sizeBytes / SECTOR_BYTES} SPARSE "${escaped(name)}"$`, 'm')],
    ['an adapter', /^ddb\.adapterType = "lsilogic"$/m],
    [
      'a geometry',
      /^ddb\.geometry\.cylinders = "[1-9]\d*"\nddb\.geometry\.heads = "255"\nddb\.geometry\.sectors = "63"$/m,
    ],
    ['a long content id', /^ddb\.longContentID = "[0-9a-f]{32}"$/m],
    ['a hardware version', /^ddb\.virtualHWVersion = "\d{1,2}"$/m],
  ];
  for (const [what, pattern] of wanted)
    if (!pattern.test(text)) tell('vmdk-descriptor', what, `expected ${pattern.source}`);
}

/** @returns where the grain directory lies, in sectors */
async function checkFooter(vmdk: Bytes, sizeBytes: number, tell: Tell): Promise<number | undefined> {
  const start = vmdk.length - TAIL_SECTORS * SECTOR_BYTES;
  if (vmdk.length % SECTOR_BYTES !== 0) tell('vmdk-footer', 'the end', `${vmdk.length} bytes are no whole sectors`);
  const tail = await vmdk.read(Math.max(0, start), TAIL_SECTORS * SECTOR_BYTES);
  const [mark, footer, end] = [0, 1, 2].map((index) => tail.subarray(index * SECTOR_BYTES, (index + 1) * SECTOR_BYTES));
  if (mark === undefined || footer === undefined || end === undefined || end.length < SECTOR_BYTES) {
    tell('vmdk-footer', 'the end', 'the file ends too early');
    return undefined;
  }
  if (!isMarker(mark, marker.footer, 1))
    tell('vmdk-footer', `byte ${start}`, 'no footer marker, or one with more in it');
  if (!isMarker(end, marker.endOfStream, 0))
    tell('vmdk-footer', `byte ${vmdk.length - SECTOR_BYTES}`, 'the last sector is no end-of-stream marker');
  const directory = footer.readBigUInt64LE(56);
  const expected = sparseHeader(sizeBytes, directory);
  const at = differs(footer, expected);
  if (at !== undefined) {
    tell('vmdk-footer', `byte ${start + SECTOR_BYTES + at}`, `expected ${hex(expected, at)}, found ${hex(footer, at)}`);
  }
  if (directory > 0n && directory * 512n < BigInt(start)) return Number(directory);
  tell('vmdk-footer', `byte ${start + SECTOR_BYTES + 56}`, `the directory is said to lie in sector ${directory}`);
  return undefined;
}

async function checkGrains(vmdk: Bytes, sizeBytes: number, directorySector: number, tell: Tell): Promise<void> {
  const tables = Math.ceil(sizeBytes / (TABLE_ENTRIES * GRAIN_SECTORS * SECTOR_BYTES));
  const directoryBytes = Math.ceil((tables * 4) / SECTOR_BYTES) * SECTOR_BYTES;
  const directory = await vmdk.read(directorySector * SECTOR_BYTES, directoryBytes);
  // Everything between the overhead and the tail lies where the next thing is expected: nothing hides between.
  let next = OVERHEAD_SECTORS;
  const fail = (sector: number, message: string): void => tell('vmdk-grains', `sector ${sector}`, message);
  for (let table = 0; table < directoryBytes / 4; table++) {
    const tableSector = directory.length >= (table + 1) * 4 ? directory.readUInt32LE(table * 4) : 0;
    if (tableSector === 0) continue;
    if (table >= tables) return fail(directorySector, `the directory has an entry ${table} past the disk's end`);
    const entries = await vmdk.read(tableSector * SECTOR_BYTES, TABLE_ENTRIES * 4);
    if (entries.length < TABLE_ENTRIES * 4) return fail(tableSector, 'a grain table lies past the end of the file');
    for (let entry = 0; entry < TABLE_ENTRIES; entry++) {
      const sector = entries.readUInt32LE(entry * 4);
      if (sector === 0) continue;
      const diskSector = (table * TABLE_ENTRIES + entry) * GRAIN_SECTORS;
      if (diskSector * SECTOR_BYTES >= sizeBytes) return fail(tableSector, `entry ${entry} lies past the disk's end`);
      if (sector !== next) return fail(sector, `expected the grain of disk sector ${diskSector} in sector ${next}`);
      const mark = await vmdk.read(sector * SECTOR_BYTES, GRAIN_MARKER_BYTES);
      const size = mark.length < GRAIN_MARKER_BYTES ? 0 : mark.readUInt32LE(8);
      if (size === 0 || size > MAX_GRAIN_BYTES || mark.readBigUInt64LE(0) !== BigInt(diskSector))
        return fail(sector, `no marker of the grain of disk sector ${diskSector}`);
      const used = GRAIN_MARKER_BYTES + size;
      next = sector + Math.ceil(used / SECTOR_BYTES);
      const padding = await vmdk.read(sector * SECTOR_BYTES + used, next * SECTOR_BYTES - sector * SECTOR_BYTES - used);
      if (padding.some((byte) => byte !== 0)) return fail(sector, 'the padding behind a grain is not zeros');
    }
    const mark = await vmdk.read(next * SECTOR_BYTES, SECTOR_BYTES);
    if (tableSector !== next + 1 || !isMarker(mark, marker.grainTable, 4))
      return fail(next, `expected the marker of grain table ${table}`);
    next = tableSector + 4;
  }
  const mark = await vmdk.read(next * SECTOR_BYTES, SECTOR_BYTES);
  if (directorySector !== next + 1 || !isMarker(mark, marker.grainDirectory, directoryBytes / SECTOR_BYTES))
    return fail(next, 'expected the marker of the grain directory');
  const end = directorySector + directoryBytes / SECTOR_BYTES + TAIL_SECTORS;
  if (end * SECTOR_BYTES !== vmdk.length)
    fail(end, `the file should end there, and has ${vmdk.length / SECTOR_BYTES} sectors`);
}

/** A sector with a marker and nothing else in it. */
function isMarker(sector: Buffer, type: number, sectors: number): boolean {
  if (sector.length < SECTOR_BYTES || sector.subarray(16).some((byte) => byte !== 0)) return false;
  return (
    sector.readBigUInt64LE(0) === BigInt(sectors) && sector.readUInt32LE(8) === 0 && sector.readUInt32LE(12) === type
  );
}

/** @returns the first byte in which two of equal length are not the same */
function differs(found: Buffer, expected: Buffer): number | undefined {
  const at = expected.findIndex((byte, index) => found[index] !== byte);
  return at < 0 ? undefined : at;
}

function hex(bytes: Buffer, at: number): string {
  const byte = bytes[at];
  return byte === undefined ? 'nothing' : `0x${byte.toString(16).padStart(2, '0')}`;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
