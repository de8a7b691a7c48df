const MODULUS = 65_521;
/** The most bytes before a sum leaves 32 bits (RFC 1950, section 9), beyond which the engine counts more slowly. */
const RUN = 5552;

/** Adler-32 of RFC 1950, the checksum at the end of a zlib stream. */
export function adler32(data: Uint8Array): number {
  let a = 1;
  let b = 0;
  for (let i = 0; i < data.length; ) {
    for (const end = Math.min(i + RUN, data.length); i < end; i++) {
      a += data[i] as number;
      b += a;
    }
    a %= MODULUS;
    b %= MODULUS;
  }
  return ((b << 16) | a) >>> 0;
}
