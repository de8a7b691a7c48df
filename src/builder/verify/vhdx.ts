import { BLOCK_BYTES } from '../formats/blocks.ts';
import { crc32c } from '../formats/vhdx/crc32c.ts';
import { guidBytes } from '../formats/vhdx/guid.ts';
import {
  batEntries,
  CHUNK_RATIO,
  HEADER_BYTES,
  HEADER_OFFSETS,
  LOGICAL_SECTOR_BYTES,
  PHYSICAL_SECTOR_BYTES,
  REGION_TABLE_BYTES,
  REGION_TABLE_OFFSETS,
} from '../formats/vhdx/layout.ts';
import type { Bytes } from './bytes.ts';
import type { Tell } from './rules.ts';

const MIB = 2 ** 20;
const regionIds = {
  bat: '2dc27766-f623-4200-9d64-115e9bfd4a08',
  metadata: '8b7ca206-4790-4b9a-b8fe-575f050f886e',
} as const;
const ZERO = 2n;
const FULLY_PRESENT = 6n;

interface Region {
  readonly offset: number;
  readonly length: number;
}

/** A dynamic VHDX without a parent (MS-VHDX; little-endian). */
export async function checkVhdx(vhdx: Bytes, sizeBytes: number, tell: Tell): Promise<void> {
  const identifier = await vhdx.read(0, 8);
  if (identifier.toString('latin1') !== 'vhdxfile') tell('vhdx-headers', 'byte 0', 'no VHDX identifier');
  const sequences: bigint[] = [];
  for (const offset of HEADER_OFFSETS) {
    const header = await vhdx.read(offset, HEADER_BYTES);
    if (!sealed(header, 'head')) {
      tell('vhdx-headers', `byte ${offset}`, 'no header, or one that does not match its checksum');
      continue;
    }
    sequences.push(header.readBigUInt64LE(8));
    if (header.subarray(48, 64).some((byte) => byte !== 0))
      tell('vhdx-headers', `byte ${offset + 48}`, 'the log holds something to replay');
    if (header.readUInt16LE(66) !== 1) tell('vhdx-headers', `byte ${offset + 66}`, 'the format version is not 1');
    await checkLog(vhdx, Number(header.readBigUInt64LE(72)), header.readUInt32LE(68), tell);
  }
  if (sequences.length === 2 && sequences[0] === sequences[1])
    tell('vhdx-headers', 'both headers', 'they have one sequence number: none is the current one');
  const regions = await readRegions(vhdx, tell);
  if (regions?.metadata !== undefined) await checkMetadata(vhdx, regions.metadata, sizeBytes, tell);
  if (regions?.bat !== undefined) await checkBlocks(vhdx, regions.bat, regions.metadata, sizeBytes, tell);
}

async function checkLog(vhdx: Bytes, offset: number, length: number, tell: Tell): Promise<void> {
  if (offset % MIB !== 0 || length % MIB !== 0 || offset === 0 || offset + length > vhdx.length)
    return tell('vhdx-headers', 'the log', `${length} bytes at ${offset} are no place for it`);
  if (!(await vhdx.isZeros(offset, length))) tell('vhdx-headers', `byte ${offset}`, 'the log is not empty');
}

async function readRegions(
  vhdx: Bytes,
  tell: Tell,
): Promise<Partial<Record<keyof typeof regionIds, Region>> | undefined> {
  const tables: Buffer[] = [];
  for (const offset of REGION_TABLE_OFFSETS) {
    const table = await vhdx.read(offset, REGION_TABLE_BYTES);
    if (sealed(table, 'regi')) tables.push(table);
    else tell('vhdx-regions', `byte ${offset}`, 'no region table, or one that does not match its checksum');
  }
  const [first, second] = tables;
  if (first === undefined) return undefined;
  if (second !== undefined && !first.equals(second)) tell('vhdx-regions', 'both tables', 'they are not equal');
  const found: Partial<Record<keyof typeof regionIds, Region>> = {};
  for (let entry = 0; entry < Math.min(first.readUInt32LE(8), 2047); entry++) {
    const at = 16 + entry * 32;
    const region = { offset: Number(first.readBigUInt64LE(at + 16)), length: first.readUInt32LE(at + 24) };
    const name = (['bat', 'metadata'] as const).find((one) =>
      first.subarray(at, at + 16).equals(guidBytes(regionIds[one])),
    );
    if (name === undefined) {
      if (first.readUInt32LE(at + 28) !== 0) tell('vhdx-regions', `entry ${entry}`, 'a required region nobody knows');
      continue;
    }
    if (region.offset % MIB !== 0 || region.length % MIB !== 0 || region.offset + region.length > vhdx.length)
      tell('vhdx-regions', `entry ${entry}`, `${name} has ${region.length} bytes at ${region.offset}`);
    else found[name] = region;
  }
  for (const name of ['bat', 'metadata'] as const)
    if (found[name] === undefined) tell('vhdx-regions', 'the table', `it does not lead to the region ${name}`);
  return found;
}

async function checkMetadata(vhdx: Bytes, region: Region, sizeBytes: number, tell: Tell): Promise<void> {
  const bytes = await vhdx.read(region.offset, Math.min(region.length, MIB));
  if (bytes.toString('latin1', 0, 8) !== 'metadata')
    return tell('vhdx-metadata', `byte ${region.offset}`, 'no metadata table');
  const items = new Map<string, Buffer>();
  for (let entry = 0; entry < Math.min(bytes.readUInt16LE(10), 2047); entry++) {
    const at = 32 + entry * 32;
    const offset = bytes.readUInt32LE(at + 16);
    items.set(bytes.toString('hex', at, at + 16), bytes.subarray(offset, offset + bytes.readUInt32LE(at + 20)));
  }
  const item = (what: string, id: string, length: number, holds: (value: Buffer) => boolean): void => {
    const value = items.get(guidBytes(id).toString('hex'));
    if (value?.length !== length) tell('vhdx-metadata', what, `it is not there, or has not ${length} bytes`);
    else if (!holds(value)) tell('vhdx-metadata', what, `it is ${value.toString('hex')}`);
  };
  item('file parameters', 'caa16737-fa36-4d43-b3b6-33f0aa44e76b', 8, (value) => {
    return value.readUInt32LE(0) === BLOCK_BYTES && value.readUInt32LE(4) === 0;
  });
  item('virtual disk size', '2fa54224-cd1b-4876-b211-5dbed83bf4b8', 8, (value) => {
    return value.readBigUInt64LE(0) === BigInt(sizeBytes);
  });
  item('virtual disk id', 'beca12ab-b2e6-4523-93ef-c309e000c746', 16, (value) => value.some((byte) => byte !== 0));
  item('logical sector size', '8141bf1d-a96f-4709-ba47-f233a8faab5f', 4, (value) => {
    return value.readUInt32LE(0) === LOGICAL_SECTOR_BYTES;
  });
  item('physical sector size', 'cda348c7-445d-4471-9cc9-e9885251c556', 4, (value) => {
    return value.readUInt32LE(0) === PHYSICAL_SECTOR_BYTES;
  });
}

async function checkBlocks(
  vhdx: Bytes,
  bat: Region,
  metadata: Region | undefined,
  sizeBytes: number,
  tell: Tell,
): Promise<void> {
  const count = batEntries(sizeBytes);
  if (count * 8 > bat.length) return tell('vhdx-blocks', 'the table', `no room for ${count} entries`);
  const table = await vhdx.exactly(bat.offset, count * 8);
  const taken = new Set<number>();
  const firstFree = Math.max(bat.offset + bat.length, metadata === undefined ? 0 : metadata.offset + metadata.length);
  for (let entry = 0; entry < count; entry++) {
    const value = table.readBigUInt64LE(entry * 8);
    const fail = (message: string): void => tell('vhdx-blocks', `byte ${bat.offset + entry * 8}`, message);
    if ((entry + 1) % (CHUNK_RATIO + 1) === 0) {
      if (value !== 0n) fail('a sector bitmap, which only differencing disks have');
      continue;
    }
    const state = value & 7n;
    const offset = Number(value >> 20n) * MIB;
    if (state === ZERO && value === ZERO) continue;
    if (state !== FULLY_PRESENT || (value & 0xf_fff8n) !== 0n) fail(`the state of this block is ${value & 0xf_ffffn}`);
    else if (offset < firstFree || offset + BLOCK_BYTES > vhdx.length) fail(`the block lies at ${offset}`);
    else if (taken.has(offset)) fail(`another block lies at ${offset} as well`);
    taken.add(offset);
  }
  if (!(await vhdx.isZeros(bat.offset + count * 8, bat.length - count * 8)))
    tell('vhdx-blocks', 'the table', 'behind its entries it is not zeros');
}

/** A structure with its signature and the CRC-32C of itself, its own field as 0. */
function sealed(structure: Buffer, signature: string): boolean {
  if (structure.length === 0 || structure.toString('latin1', 0, 4) !== signature) return false;
  const plain = Buffer.from(structure);
  plain.writeUInt32LE(0, 4);
  return crc32c(plain) === structure.readUInt32LE(4);
}
