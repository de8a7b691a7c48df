import { readFile } from 'node:fs/promises';
import { KilnError } from '../errors.ts';

/** What is wrong with a key, certificate or keyring, with its path. */
export function signingInvalid(path: string, what: string, hint: string, cause?: unknown): KilnError {
  return new KilnError({ code: 'signing-invalid', message: `${path}: ${what}`, hint, cause });
}

/** @throws {KilnError} `signing-invalid` for a file that cannot be read */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw signingInvalid(path, `it cannot be read (${code})`, 'Name a file that you may read.', error);
  }
}
