import { X509Certificate } from 'node:crypto';
import { readText, signingInvalid } from './invalid.ts';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
/** More authorities than a roll-over takes are a mistake, such as the host's own bundle of web authorities. */
const MAX_AUTHORITIES = 16;

/**
 * Reads the certificates of a PEM text; what stands between them is left out.
 * @param path for messages
 * @throws {KilnError} `signing-invalid` for one that cannot be read
 */
export function readCertificates(text: string, path: string): X509Certificate[] {
  return (text.match(CERTIFICATE) ?? []).map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (error) {
      throw signingInvalid(path, `its certificate ${index + 1} cannot be read`, 'Write it again as PEM.', error);
    }
  });
}

/**
 * Reads a keyring: the authorities whose bundles an appliance takes.
 * @returns the certificates alone, PEM, in the order of the file
 * @throws {KilnError} `signing-invalid`
 */
export function readKeyring(text: string, path: string): string {
  const authorities = readCertificates(text, path);
  if (authorities.length === 0 || authorities.length > MAX_AUTHORITIES) {
    throw signingInvalid(
      path,
      `a keyring has 1 to ${MAX_AUTHORITIES} certificates, this one ${authorities.length}`,
      'Put the certificates of your own authorities into it, PEM, one after the other.',
    );
  }
  for (const { ca, subject } of authorities) {
    if (ca) continue;
    throw signingInvalid(
      path,
      `"${subject}" is no certificate of an authority`,
      'An appliance trusts authorities: name the one that has issued the signing certificate.',
    );
  }
  return authorities.map((authority) => authority.toString()).join('');
}

/** As {@link readKeyring}, of a file. */
export async function readKeyringFile(path: string): Promise<string> {
  return readKeyring(await readText(path), path);
}

/** SHA-256 of a certificate, 64 lower-case hex digits. */
export function fingerprint(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase();
}
