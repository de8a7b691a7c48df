import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../host/remove-tree.ts';
import { entriesFolder } from './cache.ts';
import { readRecord, recordPath } from './entry.ts';
import { trackUse } from './in-use.ts';

/** Where the base step keeps packages, one folder for each kind of tree. */
const DEBS = 'debs';

/** One entry as `kiln cache list` shows it. */
export interface CacheListing {
  kind: string;
  id: string;
  /** Empty for a damaged entry. */
  description: string;
  sizeBytes: number;
  lastUsed: Date;
  /** Whether a running process works with it. */
  inUse: boolean;
  /** Whether entry.json can not be read; prune always takes such an entry. */
  damaged: boolean;
  folder: string;
}

/** What to keep. An entry goes when any rule says so; one in use never goes. */
export interface PruneRules {
  /** Everything goes. */
  all?: boolean;
  /** Entries last used before this go. */
  usedSince?: Date;
  /** The least recently used go until the rest is at most this large. */
  maxBytes?: number;
}

/** All entries, the most recently used first. */
export async function listCache(cacheDir: string): Promise<CacheListing[]> {
  const used = await trackUse(join(cacheDir, 'in-use')).all();
  const root = entriesFolder(cacheDir);
  const listings: CacheListing[] = [];
  for (const kind of await namesIn(root)) {
    for (const id of await namesIn(join(root, kind))) {
      listings.push(await listing(join(root, kind, id), kind, id, used.has(`${kind}/${id}`)));
    }
  }
  for (const name of await namesIn(debsFolder(cacheDir))) {
    listings.push(await packageListing(join(debsFolder(cacheDir), name), name, used.size > 0));
  }
  return listings.sort((a, b) => b.lastUsed.getTime() - a.lastUsed.getTime());
}

/** @returns the entries that were removed */
export async function pruneCache(cacheDir: string, rules: PruneRules): Promise<CacheListing[]> {
  const removed: CacheListing[] = [];
  for (const entry of chooseForPruning(await listCache(cacheDir), rules)) {
    // Asked again for each: a bake may have started to use it while others were removed.
    const used = await trackUse(join(cacheDir, 'in-use')).all();
    if (entry.kind === DEBS ? used.size > 0 : used.has(`${entry.kind}/${entry.id}`)) continue;
    await removeTree(entry.folder);
    removed.push(entry);
  }
  return removed;
}

/** @param listings the most recently used first */
export function chooseForPruning(listings: readonly CacheListing[], rules: PruneRules): CacheListing[] {
  let kept = listings.filter(({ inUse }) => inUse).reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return listings.filter((entry) => {
    if (entry.inUse) return false;
    if (rules.all === true || entry.damaged || (rules.usedSince !== undefined && entry.lastUsed < rules.usedSince))
      return true;
    if (rules.maxBytes !== undefined && kept + entry.sizeBytes > rules.maxBytes) return true;
    kept += entry.sizeBytes;
    return false;
  });
}

async function listing(folder: string, kind: string, id: string, inUse: boolean): Promise<CacheListing> {
  const record = await readRecord(folder);
  const { mtime } = await stat(record === undefined ? folder : recordPath(folder));
  return {
    kind,
    id,
    description: record?.description ?? '',
    sizeBytes: record?.files.reduce((sum, file) => sum + file.sizeBytes, 0) ?? 0,
    lastUsed: mtime,
    inUse,
    damaged: record === undefined,
    folder,
  };
}

/** A folder of downloaded packages is no entry: it grows. While any run is alive it counts as in use. */
async function packageListing(folder: string, id: string, inUse: boolean): Promise<CacheListing> {
  const found = await Promise.all((await namesIn(folder)).map((name) => stat(join(folder, name))));
  const sizeBytes = found.reduce((sum, { size }) => sum + size, 0);
  const { mtime } = await stat(folder);
  return {
    kind: DEBS,
    id,
    description: 'downloaded packages',
    sizeBytes,
    lastUsed: mtime,
    inUse,
    damaged: false,
    folder,
  };
}

function debsFolder(cacheDir: string): string {
  return join(cacheDir, DEBS);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}
