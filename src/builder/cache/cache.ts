import { mkdir, readdir, rename, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { KilnError } from '../errors.ts';
import { ownerRuns, ownToken } from '../host/owner.ts';
import { removeTree } from '../host/remove-tree.ts';
import { type EntryRecord, findDamage, readRecord, recordPath, seal } from './entry.ts';
import { trackUse } from './in-use.ts';

/** A finished entry: a folder of read-only files, and where it is. */
export interface CacheEntry extends EntryRecord {
  /** Absolute. */
  readonly folder: string;
}

/**
 * Results of steps by what they were made from. An id is a hash of every input, so an entry is never out of date;
 * it can only be damaged, and is checked against the hashes taken when it was made.
 *
 * Nothing is synced to the disk on the way in: what a power cut spoils, the check finds, and it is made anew.
 */
export interface Cache {
  /**
   * The entry, every byte of it checked: for building on it. A damaged one is dropped with a note.
   * @returns null when there is none
   * @throws {KilnError} `cache-corrupt` when a damaged entry can not be removed
   */
  get(kind: string, id: string): Promise<CacheEntry | null>;
  /** Like `get`, but trusts files whose size and time are unchanged: for saying that nothing needs to be done. */
  peek(kind: string, id: string): Promise<CacheEntry | null>;
  /**
   * Makes an entry: `fill` writes files into the empty folder it is given, which then appears whole or not at all.
   * When another process was first, its entry is the answer; both were made from the same inputs.
   */
  put(kind: string, id: string, description: string, fill: (folder: string) => Promise<void>): Promise<CacheEntry>;
}

/**
 * @param cacheDir absolute; made when needed
 * @param note told, for people, of damaged entries
 */
export async function openCache(cacheDir: string, note: (line: string) => void): Promise<Cache> {
  const inUse = trackUse(join(cacheDir, 'in-use'));
  const partials = join(cacheDir, 'partial');
  await mkdir(partials, { recursive: true });
  for (const name of await readdir(partials)) {
    if (!ownerRuns(name.replace(/\.\d+$/, ''))) await removeTree(join(partials, name));
  }

  const find = async (kind: string, id: string, thorough: boolean): Promise<CacheEntry | null> => {
    const folder = entryFolder(cacheDir, kind, id);
    await inUse.mark(`${kind}/${id}`);
    const record = await readRecord(folder);
    const damage =
      record === undefined ? await strayFolder(folder) : await damageOf(folder, record, kind, id, thorough);
    if (damage !== undefined) {
      note(`Cache entry ${kind}/${id} is damaged (${damage}); it is made again.`);
      await drop(folder);
      return null;
    }
    if (record === undefined) return null;
    const now = new Date();
    await utimes(recordPath(folder), now, now);
    return { ...record, folder };
  };

  return {
    get: (kind, id) => find(kind, id, true),
    peek: (kind, id) => find(kind, id, false),
    async put(kind, id, description, fill) {
      const folder = entryFolder(cacheDir, kind, id);
      const partial = await makePartial(partials);
      try {
        await fill(partial);
        const record = await seal(partial, { kind, id, description });
        await inUse.mark(`${kind}/${id}`);
        await mkdir(join(folder, '..'), { recursive: true });
        if (await renameInto(partial, folder)) return { ...record, folder };
        // Another process was first. If what it left is damaged, `find` clears the way for ours.
        const theirs = await find(kind, id, true);
        if (theirs !== null) return theirs;
        if (await renameInto(partial, folder)) return { ...record, folder };
        throw new Error(`cache entry ${kind}/${id} came and went while it was made`);
      } finally {
        await removeTree(partial);
      }
    },
  };
}

export function entriesFolder(cacheDir: string): string {
  return join(cacheDir, 'entries');
}

function entryFolder(cacheDir: string, kind: string, id: string): string {
  if (!/^[a-z][a-z0-9-]*$/.test(kind) || !/^[0-9a-f]{16,64}$/.test(id)) {
    throw new Error(`"${kind}/${id}" can not name a cache entry`);
  }
  return join(entriesFolder(cacheDir), kind, id);
}

async function damageOf(
  folder: string,
  record: EntryRecord,
  kind: string,
  id: string,
  thorough: boolean,
): Promise<string | undefined> {
  if (record.kind !== kind || record.id !== id) return `entry.json is that of ${record.kind}/${record.id}`;
  return findDamage(folder, record, thorough);
}

/** A folder without a readable entry.json is damaged; no folder is just no entry. */
async function strayFolder(folder: string): Promise<string | undefined> {
  try {
    await readdir(folder);
    return 'entry.json is missing or unreadable';
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    if (code === 'ENOTDIR') return 'it is not a folder';
    throw error;
  }
}

async function drop(folder: string): Promise<void> {
  try {
    await removeTree(folder);
  } catch (cause) {
    throw new KilnError({
      code: 'cache-corrupt',
      message: `the cache entry ${folder} is damaged and can not be removed: ${(cause as Error).message}`,
      hint: 'Remove that folder by hand, or choose another --cache-dir.',
      cause,
    });
  }
}

let partialCount = 0;

async function makePartial(partials: string): Promise<string> {
  const folder = join(partials, `${ownToken()}.${partialCount++}`);
  await mkdir(folder);
  return folder;
}

/** @returns false when something is there already */
async function renameInto(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') return false;
    throw error;
  }
}
