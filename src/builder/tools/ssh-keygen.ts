import { readFile } from 'node:fs/promises';
import type { Exec } from '../exec/run.ts';

export interface KeyPair {
  /** OpenSSH's private key format. */
  readonly privateKey: string;
  /** One line for authorized_keys. */
  readonly publicKey: string;
}

/**
 * Makes a key for one run. It stays in the run's own scratch folder and dies with it.
 * @param path of the private key; the public one lies beside it
 */
export async function makeKeyPair(exec: Exec, path: string, comment: string): Promise<KeyPair> {
  await exec.run(['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path], {
    purpose: 'make a key to log in with',
    timeoutSeconds: 60,
  });
  const [privateKey, publicKey] = await Promise.all([readFile(path, 'utf8'), readFile(`${path}.pub`, 'utf8')]);
  return { privateKey, publicKey: publicKey.trim() };
}
