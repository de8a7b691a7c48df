import { createHash } from 'node:crypto';

const PE = 0x80;
const CERTIFICATES = PE + 24 + 112 + 4 * 8;
export const SIGNATURES = 0x400;

/** A PE32+ file with nothing in it but what its signatures need. @param signatures PKCS #7, or what passes for it */
export function sampleLoader(...signatures: readonly Buffer[]): Buffer {
  const table = Buffer.concat(
    signatures.map((signature) => {
      const entry = Buffer.alloc(Math.ceil((8 + signature.length) / 8) * 8);
      entry.writeUInt32LE(8 + signature.length, 0);
      entry.writeUInt16LE(0x200, 4);
      entry.writeUInt16LE(2, 6);
      signature.copy(entry, 8);
      return entry;
    }),
  );
  const file = Buffer.alloc(SIGNATURES);
  file.write('MZ', 'latin1');
  file.writeUInt32LE(PE, 0x3c);
  file.write('PE\0\0', PE, 'latin1');
  file.writeUInt16LE(0x20b, PE + 24);
  file.write('code', SIGNATURES - 4, 'latin1');
  file.writeUInt32LE(signatures.length === 0 ? 0 : SIGNATURES, CERTIFICATES);
  file.writeUInt32LE(table.length, CERTIFICATES + 4);
  return Buffer.concat([file, table]);
}

/** SHA-256 of it as Authenticode takes it: without its checksum, the place of its signatures, and these. */
export function loaderDigest(file: Buffer): Buffer {
  const parts = [
    [0, PE + 88],
    [PE + 92, CERTIFICATES],
    [CERTIFICATES + 8, SIGNATURES],
  ] as const;
  const hash = createHash('sha256');
  for (const [start, end] of parts) hash.update(file.subarray(start, end));
  return hash.digest();
}
