import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { SECTOR_BYTES } from '../formats/blocks.ts';
import type { Bytes } from './bytes.ts';
import type { Tell } from './rules.ts';

const OLD_GNU = 'ustar  \0';
const SPARSE = 'S';
const GZIP = Buffer.from([0x1f, 0x8b, 8]);

/** The head of a GCE image: gzip without a name in it, then old-GNU tar (GNU tar manual, "Basic Tar Format"). */
export async function checkGce(path: string, gce: Bytes, sizeBytes: number, tell: Tell): Promise<void> {
  const head = await gce.read(0, 10);
  if (!head.subarray(0, 3).equals(GZIP)) return tell('gce-archive', 'byte 0', 'this is no gzip');
  if (head[3] !== 0) tell('gce-archive', 'byte 3', 'gzip carries a name, a comment or more');
  const header = await firstPlain(path, SECTOR_BYTES);
  if (header === undefined) return tell('gce-archive', 'byte 0', 'gzip can not be unpacked');
  const name = header.toString('latin1', 0, 100).replace(/\0.*$/s, '');
  if (name !== 'disk.raw') tell('gce-archive', 'the member', `it is called ${JSON.stringify(name)}, not disk.raw`);
  if (header.toString('latin1', 257, 265) !== OLD_GNU) tell('gce-archive', 'the member', 'its header is not old GNU');
  if (header.toString('latin1', 156, 157) !== SPARSE) tell('gce-archive', 'the member', 'it is not a sparse file');
  if (!sumHolds(header)) tell('gce-archive', 'the member', 'its header does not match its checksum');
  const size = number(header.subarray(483, 495));
  if (size !== sizeBytes) tell('gce-archive', 'the member', `it unpacks to ${size} bytes, expected ${sizeBytes}`);
  for (const [what, at] of [
    ['owner', 108],
    ['group', 116],
  ] as const)
    if (number(header.subarray(at, at + 8)) !== 0) tell('gce-archive', 'the member', `its ${what} is not 0`);
}

/** The header of the zstd frame of an AWS image (RFC 8878, section 3.1.1.1). */
export async function checkAws(aws: Bytes, sizeBytes: number, tell: Tell): Promise<void> {
  const head = await aws.read(0, 14);
  if (head.length < 14 || head.readUInt32LE(0) !== 0xfd2fb528)
    return tell('aws-frame', 'byte 0', 'this is no zstd frame');
  const descriptor = head[4] ?? 0;
  const single = (descriptor & 0x20) !== 0;
  const width = [single ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
  const at = 5 + (single ? 0 : 1);
  const stated =
    width === 0
      ? undefined
      : width === 8
        ? Number(head.readBigUInt64LE(at))
        : head.readUIntLE(at, width) + (width === 2 ? 256 : 0);
  if (stated !== sizeBytes) tell('aws-frame', 'byte 4', `it states ${stated ?? 'no'} size, expected ${sizeBytes}`);
}

/** @returns undefined when that much can not be unpacked */
async function firstPlain(path: string, length: number): Promise<Buffer | undefined> {
  const source = createReadStream(path);
  const plain = source.pipe(createGunzip());
  source.on('error', (error) => plain.destroy(error));
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of plain as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      if (Buffer.concat(chunks).length >= length) break;
    }
  } catch (error) {
    // Z_DATA_ERROR, Z_BUF_ERROR: what was asked.
    if (!String((error as NodeJS.ErrnoException).code).startsWith('Z_')) throw error;
  } finally {
    source.destroy();
  }
  const head = Buffer.concat(chunks);
  return head.length >= length ? head.subarray(0, length) : undefined;
}

/** The sum of a tar header's bytes, its own field taken as blanks. */
export function sumHolds(header: Buffer): boolean {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  return number(header.subarray(148, 156)) === sum;
}

/** Octal digits, or GNU's form with the top bit set, big-endian. */
function number(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) === 0) {
    const digits = /^ *([0-7]+)[\0 ]*$/.exec(field.toString('latin1'))?.[1];
    return digits === undefined ? Number.NaN : Number.parseInt(digits, 8);
  }
  return Number(field.readBigUInt64BE(field.length - 8));
}
