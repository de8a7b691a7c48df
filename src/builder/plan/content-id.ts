import { createHash } from 'node:crypto';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Content id of a step: a hash of everything that decides its result. Keys are sorted, so that the order in which an
 * object was built does not count.
 * @returns 64 hex digits
 * @throws {TypeError} for a value that JSON drops or merges with another: `undefined`, NaN, a date, a map, a function
 */
export function contentId(inputs: Readonly<Record<string, unknown>>): string {
  return createHash('sha256').update(canonical(inputs)).digest('hex');
}

function canonical(value: unknown): string {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return JSON.stringify(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) {
    throw new TypeError(`a content id can not be made of ${String(value)}`);
  }
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join(',')}}`;
}

/**
 * Hash of files and folders: names, contents and whether a file may be run; not times, owners or other permissions,
 * which differ from one checkout to the next.
 * @param paths absolute; a missing one counts as missing and is no error
 */
export async function treeId(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) await add(hash, path, '');
  return hash.digest('hex');
}

async function add(hash: ReturnType<typeof createHash>, path: string, shown: string): Promise<void> {
  const stat = await lstat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (stat === undefined) hash.update(`missing ${shown}\0`);
  else if (stat.isSymbolicLink()) hash.update(`link ${shown}\0${await readlink(path)}\0`);
  else if (stat.isDirectory()) {
    hash.update(`folder ${shown}\0`);
    for (const name of (await readdir(path)).sort()) await add(hash, join(path, name), `${shown}/${name}`);
  } else {
    const data = await readFile(path);
    hash.update(`file ${shown}\0${(stat.mode & 0o111) === 0 ? '' : 'x'}\0${data.length}\0`).update(data);
  }
}
