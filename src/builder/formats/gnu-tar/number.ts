/**
 * Writes a number into a tar header field: octal digits and a NUL while they fit, else GNU's base-256 form (the top
 * bit set, then big-endian).
 */
export function writeTarNumber(header: Buffer, value: number, offset: number, fieldBytes: number): void {
  const digits = fieldBytes - 1;
  if (value < 8 ** digits) {
    header.write(value.toString(8).padStart(digits, '0'), offset, 'latin1');
    return;
  }
  header.fill(0, offset, offset + fieldBytes);
  header.writeBigUInt64BE(BigInt(value), offset + fieldBytes - 8);
  header.writeUInt8(0x80, offset);
}
