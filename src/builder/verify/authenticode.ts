import { createHash } from 'node:crypto';

/** Offsets of a PE32+ file (Microsoft, "PE Format"). */
const PE_OFFSET = 0x3c;
const OPTIONAL_HEADER = 24;
const CHECKSUM = OPTIONAL_HEADER + 64;
const PE32_PLUS = 0x20b;
/** The fifth data directory: attribute certificates. */
const CERTIFICATES = OPTIONAL_HEADER + 112 + 4 * 8;
const CERTIFICATE_HEADER = 8;
const PKCS_7 = 2;
/** DER of the digest algorithm SHA-256 and the octets of a digest behind it, as in SpcIndirectDataContent. */
const SHA256_DIGEST = Buffer.from('300d06096086480165030402010500' + '0420', 'hex');
const SHA256_DIGEST_SHORT = Buffer.from('300b0609608648016503040201' + '0420', 'hex');

/**
 * Whether a loader's signatures are over its own bytes: the digest of the file (Microsoft, "Windows Authenticode
 * Portable Executable Signature Format") has to stand in each of them. Who signed is for the firmware to judge.
 * @returns what is wrong; undefined when all is well
 */
export function signatureFault(file: Buffer): string | undefined {
  if (file.toString('latin1', 0, 2) !== 'MZ' || file.length < PE_OFFSET + 4) return 'it is no PE file';
  const pe = file.readUInt32LE(PE_OFFSET);
  if (pe + CERTIFICATES + 8 > file.length || file.toString('latin1', pe, pe + 4) !== 'PE\0\0')
    return 'it is no PE file';
  if (file.readUInt16LE(pe + OPTIONAL_HEADER) !== PE32_PLUS) return 'it is not for 64-bit machines';
  const start = file.readUInt32LE(pe + CERTIFICATES);
  const size = file.readUInt32LE(pe + CERTIFICATES + 4);
  if (start === 0 || size === 0) return 'it is not signed';
  if (start + size > file.length) return 'its signatures reach past its end';
  const digest = createHash('sha256')
    .update(file.subarray(0, pe + CHECKSUM))
    .update(file.subarray(pe + CHECKSUM + 4, pe + CERTIFICATES))
    .update(file.subarray(pe + CERTIFICATES + 8, start))
    .update(file.subarray(start + size))
    .digest();
  let signatures = 0;
  for (let at = start; at + CERTIFICATE_HEADER < start + size; ) {
    const length = file.readUInt32LE(at);
    if (length <= CERTIFICATE_HEADER || at + length > start + size) return 'its table of signatures is broken';
    if (file.readUInt16LE(at + 6) === PKCS_7) {
      const signature = file.subarray(at + CERTIFICATE_HEADER, at + length);
      const held = [SHA256_DIGEST, SHA256_DIGEST_SHORT].some((head) =>
        signature.includes(Buffer.concat([head, digest])),
      );
      if (!held)
        return `signature ${signatures + 1} is over other bytes than these (SHA-256 ${digest.toString('hex')})`;
      signatures += 1;
    }
    // Each entry begins on eight bytes.
    at += Math.ceil(length / 8) * 8;
  }
  return signatures === 0 ? 'it is not signed' : undefined;
}
