import { SECTOR_BYTES } from '../formats/blocks.ts';
import { vhdGeometry } from '../formats/vhd/geometry.ts';
import type { Bytes } from './bytes.ts';
import type { Tell } from './rules.ts';

const MIB = 2 ** 20;
const CHECKSUM = 64;

/** A fixed VHD (Virtual Hard Disk Image Format 1.0, "Hard Disk Footer Format"; big-endian). */
export async function checkVhd(vhd: Bytes, sizeBytes: number, tell: Tell): Promise<void> {
  const at = vhd.length - SECTOR_BYTES;
  const footer = await vhd.read(Math.max(0, at), SECTOR_BYTES);
  if (footer.length < SECTOR_BYTES) return tell('vhd-footer', 'the end', 'the file is shorter than a footer');
  const expect = (offset: number, what: string, found: unknown, expected: unknown): void => {
    if (found !== expected) tell('vhd-footer', `byte ${at + offset}`, `${what} is ${found}, expected ${expected}`);
  };
  expect(0, 'the cookie', footer.toString('latin1', 0, 8), 'conectix');
  expect(8, 'the features', footer.readUInt32BE(8), 2);
  expect(12, 'the format version', footer.readUInt32BE(12), 0x10000);
  expect(16, 'the data offset', footer.readBigUInt64BE(16), 0xffff_ffff_ffff_ffffn);
  expect(28, 'the creator', footer.toString('latin1', 28, 32), 'win ');
  expect(60, 'the disk type', footer.readUInt32BE(60), 2);
  expect(84, 'the saved state', footer[84], 0);
  if (footer.subarray(85).some((byte) => byte !== 0)) tell('vhd-footer', `byte ${at + 85}`, 'the rest is not zeros');
  const sum = footer.reduce((total, byte, i) => (i >= CHECKSUM && i < CHECKSUM + 4 ? total : total + byte), 0);
  expect(CHECKSUM, 'the checksum', footer.readUInt32BE(CHECKSUM), ~sum >>> 0);
  const size = (offset: number, what: string, found: unknown, expected: unknown): void => {
    if (found !== expected) tell('vhd-size', `byte ${at + offset}`, `${what} is ${found}, expected ${expected}`);
  };
  const geometry = vhdGeometry(sizeBytes / SECTOR_BYTES);
  size(40, 'the original size', footer.readBigUInt64BE(40), BigInt(sizeBytes));
  size(48, 'the current size', footer.readBigUInt64BE(48), BigInt(sizeBytes));
  size(56, 'the number of cylinders', footer.readUInt16BE(56), geometry.cylinders);
  size(58, 'the number of heads', footer[58], geometry.heads);
  size(59, 'the number of sectors a track', footer[59], geometry.sectorsPerTrack);
  size(0, 'the length before the footer', at, sizeBytes);
  size(0, 'what is left of whole MiB before the footer', at % MIB, 0);
}
