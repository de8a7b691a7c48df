import { SECTOR_BYTES } from '../blocks.ts';
import { vhdGeometry } from './geometry.ts';

/** Seconds from 1970 to 2000-01-01T00:00:00Z, where the format's clock begins. */
const VHD_EPOCH = 946_684_800;
const FIXED_DISK = 2;
const CHECKSUM_OFFSET = 64;

/**
 * The 512 bytes that make a raw disk a fixed VHD. Big-endian throughout.
 * Source: Virtual Hard Disk Image Format Specification 1.0 (Microsoft, 2006), "Hard Disk Footer Format".
 * @param epoch seconds since 1970
 * @param uuid 16 bytes
 */
export function vhdFooter(disk: { sizeBytes: number; epoch: number; uuid: Uint8Array }): Buffer {
  const footer = Buffer.alloc(SECTOR_BYTES);
  const geometry = vhdGeometry(disk.sizeBytes / SECTOR_BYTES);
  footer.write('conectix', 0, 'latin1');
  footer.writeUInt32BE(0x0000_0002, 8);
  footer.writeUInt32BE(0x0001_0000, 12);
  footer.writeBigUInt64BE(0xffff_ffff_ffff_ffffn, 16);
  footer.writeUInt32BE(Math.max(0, disk.epoch - VHD_EPOCH), 24);
  // Readers decide by the creator whether the exact size or the rounded geometry counts; "win " means the size.
  footer.write('win ', 28, 'latin1');
  footer.writeUInt32BE(0x000a_0000, 32);
  footer.write('Wi2k', 36, 'latin1');
  footer.writeBigUInt64BE(BigInt(disk.sizeBytes), 40);
  footer.writeBigUInt64BE(BigInt(disk.sizeBytes), 48);
  footer.writeUInt16BE(geometry.cylinders, 56);
  footer.writeUInt8(geometry.heads, 58);
  footer.writeUInt8(geometry.sectorsPerTrack, 59);
  footer.writeUInt32BE(FIXED_DISK, 60);
  footer.set(disk.uuid, 68);
  footer.writeUInt32BE(onesComplementSum(footer), CHECKSUM_OFFSET);
  return footer;
}

/** The checksum over all bytes while its own four are still 0. */
function onesComplementSum(bytes: Uint8Array): number {
  return ~bytes.reduce((sum, byte) => sum + byte, 0) >>> 0;
}
