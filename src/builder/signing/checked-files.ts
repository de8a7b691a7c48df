import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import type { Exec } from '../exec/run.ts';
import { chainFault, mayNotSign } from '../tools/openssl-certificates.ts';
import { readText, signingInvalid } from './invalid.ts';
import { fingerprint, readCertificates, readKeyringFile } from './keyring.ts';
import type { Signing } from './signing.ts';

/** Files of PEM, absolute. */
export interface SigningFiles {
  readonly key: string;
  readonly certificate: string;
  readonly keyring: string;
}

/** id-kp-codeSigning, RFC 5280 section 4.2.1.12: what an appliance's RAUC asks of a signer. */
const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';

/**
 * Checks that key, certificate and keyring can be read and fit together, now and not at the end of a bake: the key is the
 * certificate's, the certificate may sign code, and the keyring leads to it.
 * @throws {KilnError} `signing-invalid`
 */
export async function checkedFiles(exec: Exec, files: SigningFiles): Promise<Signing> {
  const certificate = await readSigner(files.certificate);
  const key = await readKey(files.key);
  if (!certificate.checkPrivateKey(key)) {
    throw signingInvalid(files.key, `it is not the key of ${files.certificate}`, 'Name a key and its own certificate.');
  }
  if (!(certificate.keyUsage ?? []).includes(CODE_SIGNING) || (await mayNotSign(exec, files.certificate))) {
    throw signingInvalid(
      files.certificate,
      'it may not sign code, and appliances would refuse its bundles',
      'Have one issued with extendedKeyUsage = codeSigning and keyUsage = digitalSignature; docs/releases.md has the commands.',
    );
  }
  const keyring = await readKeyringFile(files.keyring);
  const fault = await chainFault(exec, files);
  if (fault !== undefined) {
    throw signingInvalid(
      files.certificate,
      `the keyring ${files.keyring} does not accept it: ${fault}`,
      'Put the certificate of its authority into the keyring, or have a certificate issued that is valid today.',
    );
  }
  return {
    keyFile: files.key,
    certificateFile: files.certificate,
    keyring,
    signer: fingerprint(certificate),
    development: false,
  };
}

async function readSigner(path: string): Promise<X509Certificate> {
  const [certificate, ...others] = readCertificates(await readText(path), path);
  if (certificate !== undefined && others.length === 0) return certificate;
  throw signingInvalid(
    path,
    `it has ${certificate === undefined ? 'no certificate' : `${others.length + 1} certificates`}, expected one`,
    'Name a PEM file with the signing certificate alone; authorities belong into the keyring.',
  );
}

async function readKey(path: string): Promise<KeyObject> {
  const text = await readText(path);
  try {
    return createPrivateKey(text);
  } catch (error) {
    const locked = text.includes('ENCRYPTED');
    throw signingInvalid(
      path,
      locked ? 'the key has a passphrase, and nobody is there to type it' : 'it is no private key in PEM',
      'Name a PEM file with a private key without a passphrase, on a disk that is encrypted itself.',
      error,
    );
  }
}
