import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { partialPath } from '../names.ts';
import { sha256File } from './sha256-file.ts';

const INDEX = 'index.json';

/**
 * Removes every .deb of a folder that is not exactly what was recorded when apt had verified it. apt itself looks only
 * at the size of a package it already has, so the folder must be checked before apt sees it.
 * @returns the names that were removed because their content had changed
 */
export async function dropUnverified(folder: string): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const known = await readIndex(folder);
  const kept: [string, string][] = [];
  const changed: string[] = [];
  for (const name of await debsIn(folder)) {
    const expected = known[name];
    const found = await sha256File(join(folder, name));
    if (expected === found) kept.push([name, found]);
    else {
      if (expected !== undefined) changed.push(name);
      await rm(join(folder, name), { force: true });
    }
  }
  // A mirror may build a version again: what was recorded must not outlive the file.
  await writeIndex(folder, kept);
  return changed;
}

/** Records what lies in the folder now. Call it only right after apt succeeded with these files. */
export async function recordVerified(folder: string): Promise<void> {
  const known = await readIndex(folder);
  const entries: [string, string][] = [];
  for (const name of await debsIn(folder)) entries.push([name, known[name] ?? (await sha256File(join(folder, name)))]);
  await writeIndex(folder, entries);
}

async function writeIndex(folder: string, entries: readonly (readonly [string, string])[]): Promise<void> {
  const partial = partialPath(join(folder, INDEX));
  await writeFile(partial, `${JSON.stringify(Object.fromEntries(entries), null, 1)}\n`);
  await rename(partial, join(folder, INDEX));
}

async function debsIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.endsWith('.deb')).sort();
}

async function readIndex(folder: string): Promise<Readonly<Record<string, string>>> {
  try {
    const value: unknown = JSON.parse(await readFile(join(folder, INDEX), 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, string>) : {};
  } catch {
    // No index or a damaged one: nothing counts as verified, and every package is fetched again.
    return {};
  }
}
