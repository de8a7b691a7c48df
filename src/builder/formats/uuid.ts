import { createHash } from 'node:crypto';

/**
 * Sixteen bytes that stand for a random UUID but are derived, so that the same disk gets the same file.
 * RFC 9562 version 8 (custom), variant 10.
 * @param seed what identifies the disk, usually its digest
 * @param label tells the ids of one disk apart: `vhdx/data-write`
 */
export function derivedUuid(seed: string, label: string): Uint8Array {
  const bytes = createHash('sha256').update(`kiln-uuid\n${label}\n${seed}`).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes;
}
