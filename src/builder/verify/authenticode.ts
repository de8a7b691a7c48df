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
/** More than any loader has; each costs several runs of a program. */
const MAX_SIGNATURES = 8;

/** What a loader's signatures have to be over, and the signatures. */
export interface SignedFile {
  /** SHA-256 of the file without its checksum and its signatures. */
  readonly digest: Buffer;
  /** PKCS #7 in DER, at least one. */
  readonly signatures: readonly Buffer[];
}

/**
 * Reads a loader's signatures and its digest (Microsoft, "Windows Authenticode Portable Executable Signature Format").
 * Whether they hold is not looked at.
 * @throws {RangeError} when it is no PE file for 64-bit machines, is not signed, or its table is broken
 */
export function readSignatures(file: Buffer): SignedFile {
  if (file.toString('latin1', 0, 2) !== 'MZ' || file.length < PE_OFFSET + 4) throw new RangeError('it is no PE file');
  const pe = file.readUInt32LE(PE_OFFSET);
  if (pe + CERTIFICATES + 8 > file.length || file.toString('latin1', pe, pe + 4) !== 'PE\0\0')
    throw new RangeError('it is no PE file');
  if (file.readUInt16LE(pe + OPTIONAL_HEADER) !== PE32_PLUS) throw new RangeError('it is not for 64-bit machines');
  const start = file.readUInt32LE(pe + CERTIFICATES);
  const size = file.readUInt32LE(pe + CERTIFICATES + 4);
  if (start === 0 || size === 0) throw new RangeError('it is not signed');
  if (start < pe + CERTIFICATES + 8 || start + size > file.length)
    throw new RangeError('its signatures reach past its end or into its header');
  const digest = createHash('sha256')
    .update(file.subarray(0, pe + CHECKSUM))
    .update(file.subarray(pe + CHECKSUM + 4, pe + CERTIFICATES))
    .update(file.subarray(pe + CERTIFICATES + 8, start))
    .update(file.subarray(start + size))
    .digest();
  const signatures: Buffer[] = [];
  for (let at = start; at + CERTIFICATE_HEADER < start + size; ) {
    const length = file.readUInt32LE(at);
    if (length <= CERTIFICATE_HEADER || at + length > start + size)
      throw new RangeError('its table of signatures is broken');
    if (file.readUInt16LE(at + 6) === PKCS_7) signatures.push(file.subarray(at + CERTIFICATE_HEADER, at + length));
    // Each entry begins on eight bytes.
    at += Math.ceil(length / 8) * 8;
  }
  if (signatures.length === 0) throw new RangeError('it is not signed');
  if (signatures.length > MAX_SIGNATURES) throw new RangeError(`it has ${signatures.length} signatures`);
  return { digest, signatures };
}
