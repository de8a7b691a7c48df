import { open, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { partialPath } from './names.ts';

/**
 * Puts a file under its name when it is complete. When this is over, a power cut takes neither its content nor its name:
 * both are flushed, and the folder after the rename. Before, the name is as it was.
 * @param make writes the content to the path it is given, in the same folder; what a failure leaves there is removed
 */
export function putDurably(path: string, make: (partial: string) => Promise<unknown>): Promise<void> {
  return putAllDurably([path], ([partial = '']) => make(partial));
}

/**
 * Puts several files of one folder under their names, in the order given, when all are complete and flushed: what fails
 * while they are made leaves every name as it was. A power cut between two renames leaves the first of them new.
 * @param make writes each file to the path in its place, in the same folder; what a failure leaves there is removed
 */
export async function putAllDurably(
  paths: readonly string[],
  make: (partials: readonly string[]) => Promise<unknown>,
): Promise<void> {
  const pairs = paths.map((path) => ({ path, partial: partialPath(path) }));
  try {
    await make(pairs.map(({ partial }) => partial));
    for (const { partial } of pairs) await flush(partial);
    for (const { path, partial } of pairs) {
      await rename(partial, path);
      // One after the other on the disk too: the order is what tells afterwards how far it came.
      await flush(dirname(path));
    }
  } finally {
    for (const { partial } of pairs) await rm(partial, { force: true });
  }
}

/** Writes a small file as {@link putDurably} does, readable by all. */
export function writeDurably(path: string, text: string): Promise<void> {
  return putDurably(path, (partial) => writeFile(partial, text, { mode: 0o644 }));
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}
