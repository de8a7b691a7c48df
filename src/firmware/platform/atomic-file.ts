import { randomUUID } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Writes a file that must not be there yet. A power cut leaves it whole or not at all, and of two writers one wins: it is
 * written beside its place, flushed, linked, and the folder flushed.
 * @throws {Error} `EEXIST` when somebody was faster
 */
export async function createAtomically(path: string, text: string, mode: number): Promise<void> {
  const partial = `${path}.${randomUUID()}.new`;
  try {
    const file = await open(partial, 'wx', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
