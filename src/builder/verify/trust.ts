import { X509Certificate } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Exec } from '../exec/run.ts';
import { pkcs7Content, pkcs7Fault } from '../tools/openssl.ts';
import { readSignatures } from './authenticode.ts';

/** A certificate that is trusted as it stands. */
export interface Authority {
  readonly title: string;
  /** PEM, absolute. */
  readonly path: string;
}

const authority = (title: string, name: string): Authority => ({
  title,
  path: fileURLToPath(new URL(`./certificates/${name}.pem`, import.meta.url)),
});

/** What platforms have in their db for loaders that are not Microsoft's own. Older ones know the first alone. */
export const microsoft: readonly Authority[] = [
  authority('Microsoft Corporation UEFI CA 2011', 'microsoft-uefi-ca-2011'),
  authority('Microsoft UEFI CA 2023', 'microsoft-uefi-ca-2023'),
];
/** What Debian's shim trusts: it carries this certificate. */
export const debian = authority('Debian Secure Boot CA', 'debian-secure-boot-ca');

/** DER of the digest algorithm SHA-256 and the octets of a digest behind it: the end of SpcIndirectDataContent. */
const SHA256_DIGEST = Buffer.from('300d06096086480165030402010500' + '0420', 'hex');
const SHA256_DIGEST_SHORT = Buffer.from('300b0609608648016503040201' + '0420', 'hex');

/**
 * Whether Secure Boot would start a loader: every signature is over its very bytes, and one at least is by a signer whom
 * one of the authorities certified. OpenSSL checks the signatures.
 * @param scratch an existing folder
 * @returns what is wrong; undefined when all is well
 */
export async function signatureFault(
  exec: Exec,
  file: Buffer,
  authorities: readonly Authority[],
  scratch: string,
): Promise<string | undefined> {
  let signed: ReturnType<typeof readSignatures>;
  try {
    signed = readSignatures(file);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return error.message;
  }
  const reasons = new Set<string>();
  let trusted = false;
  for (const [index, bytes] of signed.signatures.entries()) {
    const signature = join(scratch, 'signature.der');
    const content = join(scratch, 'signed-content');
    await writeFile(signature, bytes);
    const place = await pkcs7Content(exec, signature);
    if (place === undefined) return `signature ${index + 1} is no PKCS #7`;
    const stated = bytes.subarray(place.start, place.start + place.length);
    if (!endsWithDigest(stated, signed.digest))
      return `signature ${index + 1} is over other bytes than these (SHA-256 ${signed.digest.toString('hex')})`;
    await writeFile(content, stated);
    for (const { path } of authorities) {
      const fault = await pkcs7Fault(exec, { signature, content, authority: path });
      if (fault === undefined) trusted = true;
      else reasons.add(fault);
    }
  }
  if (trusted) return undefined;
  return `no signature holds under ${authorities.map(({ title }) => title).join(' or ')}: ${[...reasons].join('; ')}`;
}

/** Whether a loader has the certificate in it that the next one is checked with. */
export async function carries(file: Buffer, { path }: Authority): Promise<boolean> {
  return file.includes(new X509Certificate(await readFile(path)).raw);
}

function endsWithDigest(content: Buffer, digest: Buffer): boolean {
  return [SHA256_DIGEST, SHA256_DIGEST_SHORT].some((head) => {
    const end = Buffer.concat([head, digest]);
    return content.subarray(-end.length).equals(end);
  });
}
