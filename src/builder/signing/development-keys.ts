import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Exec } from '../exec/run.ts';
import { partialPath } from '../names.ts';
import { makeCertificate } from '../tools/openssl-certificates.ts';
import { signingInvalid } from './invalid.ts';
import { fingerprint, readKeyring } from './keyring.ts';
import type { Signing } from './signing.ts';

const authority = { key: 'authority.key', certificate: 'authority.pem' } as const;
const signer = { key: 'signing.key', certificate: 'signing.pem' } as const;

/**
 * The keys for development of a checkout, made on first use: an authority, which the keyring holds, and a signer that it
 * has certified. The folder appears whole; of two bakes that make it at once, one gives way.
 * @param folder absolute
 * @throws {KilnError} `signing-invalid` when the folder is damaged
 */
export async function developmentKeys(exec: Exec, folder: string): Promise<Signing> {
  const there = await read(folder);
  if (there !== undefined) return there;
  await make(exec, folder);
  const made = await read(folder);
  if (made !== undefined) return made;
  throw damaged(folder);
}

async function make(exec: Exec, folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const partial = partialPath(folder);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { mode: 0o700 });
  try {
    await makeCertificate(exec, partial, { kind: 'authority', name: 'Kiln development authority', ...authority });
    await makeCertificate(exec, partial, {
      kind: 'signer',
      name: 'Kiln development signer',
      issuer: authority,
      ...signer,
    });
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    // Another bake was quicker: its keys count.
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

async function read(folder: string): Promise<Signing | undefined> {
  const pems = await Promise.all(
    [authority.certificate, signer.certificate, signer.key].map((name) => readText(join(folder, name))),
  );
  if (pems.every((pem) => pem === undefined)) return undefined;
  const [trusted, certificate, key] = pems;
  if (trusted === undefined || certificate === undefined || key === undefined) throw damaged(folder);
  return {
    keyFile: join(folder, signer.key),
    certificateFile: join(folder, signer.certificate),
    keyring: readKeyring(trusted, join(folder, authority.certificate)),
    signer: fingerprint(new X509Certificate(certificate)),
    development: true,
  };
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
}

function damaged(folder: string): Error {
  return signingInvalid(
    folder,
    'the keys for development are not whole',
    'Remove the folder: the next bake makes new ones, and takes longer once.',
  );
}
