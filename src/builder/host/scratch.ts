import { lstat, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freeMemoryFolderBytes } from './memory.ts';
import { ownerRuns, ownToken } from './owner.ts';
import { removeTree } from './remove-tree.ts';

export interface ScratchOptions {
  cacheDir: string;
  /** What the run will write at most; decides between memory and disk. */
  bytes: number;
  /** Told, for people, of what was cleaned or why memory is not used. */
  note: (line: string) => void;
  /** Where memory-backed scratch goes (default `/dev/shm/kiln-<uid>`). */
  memoryRoot?: string;
}

export interface Scratch {
  readonly folder: string;
  readonly inMemory: boolean;
  remove(): Promise<void>;
}

const PREFIX = 'run-';

/**
 * Makes the folder of this run, in memory when `bytes` fit there and below the cache folder otherwise, and removes
 * the folders of runs that were killed. The folder's name says who owns it, so there is no moment without an owner.
 */
export async function createScratch(options: ScratchOptions): Promise<Scratch> {
  const memoryRoot = options.memoryRoot ?? `/dev/shm/kiln-${process.getuid?.() ?? 0}`;
  const diskRoot = join(options.cacheDir, 'scratch');
  const memoryIsOurs = await isOurs(memoryRoot);
  if (memoryIsOurs) await removeStale(memoryRoot, options.note);
  await removeStale(diskRoot, options.note);
  const inMemory = memoryIsOurs && (await freeMemoryFolderBytes()) >= options.bytes;
  const root = inMemory ? memoryRoot : diskRoot;
  await mkdir(root, { recursive: true, mode: 0o700 });
  const folder = await makeOwn(root);
  const why = memoryIsOurs ? 'Too little free memory' : `${memoryRoot} can not be taken`;
  if (!inMemory) options.note(`${why} for the working files; using ${root}, which is slower.`);
  return { folder, inMemory, remove: () => removeTree(folder) };
}

/**
 * WARNING: anyone may make a folder in /dev/shm. One of that name that others own or can enter is left alone, or they
 * could put their own files in the place of a tree that root works on.
 */
async function isOurs(root: string): Promise<boolean> {
  try {
    const stat = await lstat(root);
    return stat.isDirectory() && stat.uid === process.getuid?.() && (stat.mode & 0o077) === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  try {
    await mkdir(root, { mode: 0o700 });
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another run made it just now, or there is no /dev/shm at all, or it is not writable.
    if (code === 'EEXIST') return isOurs(root);
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EROFS' || code === 'ENOSPC') return false;
    throw error;
  }
}

/** Sandboxes put users of their own into the tree, who must be able to pass through the folder: 0711. */
async function makeOwn(root: string): Promise<string> {
  for (let count = 0; ; count++) {
    const folder = join(root, `${PREFIX}${ownToken()}.${count}`);
    try {
      await mkdir(folder, { mode: 0o711 });
      return folder;
    } catch (error) {
      // Another run of this same process, as tests do it.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function removeStale(root: string, note: (line: string) => void): Promise<void> {
  for (const name of await foldersIn(root)) {
    if (!name.startsWith(PREFIX) || ownerRuns(tokenOf(name))) continue;
    await removeTree(join(root, name));
    note(`Removed the working files of a run that was killed: ${join(root, name)}`);
  }
}

function tokenOf(name: string): string {
  return name.slice(PREFIX.length).replace(/\.\d+$/, '');
}

async function foldersIn(root: string): Promise<string[]> {
  try {
    return await readdir(root);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}
