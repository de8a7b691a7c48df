import { chmod, lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { sha256File } from './sha256-file.ts';

/** A payload file as it was when the entry was made. */
export interface PayloadFile {
  /** Relative to the entry. */
  path: string;
  sizeBytes: number;
  sha256: string;
  mtimeMs: number;
}

/** entry.json: what an entry holds. Its own modification time says when the entry was last used. */
export interface EntryRecord {
  schemaVersion: 1;
  kind: string;
  id: string;
  description: string;
  /** RFC 3339. */
  created: string;
  files: readonly PayloadFile[];
}

const ENTRY_FILE = 'entry.json';

export function recordPath(folder: string): string {
  return join(folder, ENTRY_FILE);
}

/**
 * Takes stock of a folder that was just filled and writes its entry.json; the files become read-only.
 * @throws {Error} when something else than files and folders is in it
 */
export async function seal(
  folder: string,
  about: Pick<EntryRecord, 'kind' | 'id' | 'description'>,
): Promise<EntryRecord> {
  const files: PayloadFile[] = [];
  for (const path of await payloadPaths(folder)) {
    await chmod(path, 0o444);
    const { size, mtimeMs } = await lstat(path);
    files.push({ path: relative(folder, path), sizeBytes: size, sha256: await sha256File(path), mtimeMs });
  }
  const record: EntryRecord = { schemaVersion: 1, ...about, created: new Date().toISOString(), files };
  await writeFile(recordPath(folder), `${JSON.stringify(record, null, 2)}\n`, { flag: 'wx' });
  return record;
}

/** @returns undefined when there is no entry.json, or it is not one */
export async function readRecord(folder: string): Promise<EntryRecord | undefined> {
  let text: string;
  try {
    text = await readFile(recordPath(folder), 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch (error) {
    // SyntaxError: a power cut, or someone wrote into the cache.
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

/** Why the payload is not what was put in, or undefined when it is. `thorough` reads and hashes every byte. */
export async function findDamage(folder: string, record: EntryRecord, thorough: boolean): Promise<string | undefined> {
  const there = (await payloadPaths(folder)).map((path) => relative(folder, path));
  const known = new Set(record.files.map(({ path }) => path));
  const stranger = there.find((path) => !known.has(path));
  if (stranger !== undefined) return `${stranger} does not belong there`;
  for (const file of record.files) {
    if (!there.includes(file.path)) return `${file.path} is missing`;
    const path = join(folder, file.path);
    const { size, mtimeMs } = await lstat(path);
    if (size !== file.sizeBytes) return `${file.path} has ${size} bytes instead of ${file.sizeBytes}`;
    const touched = mtimeMs !== file.mtimeMs;
    if ((thorough || touched) && (await sha256File(path)) !== file.sha256) return `${file.path} has other content`;
  }
  return undefined;
}

async function payloadPaths(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const odd = entries.find((entry) => !entry.isFile() && !entry.isDirectory());
  if (odd !== undefined) throw new Error(`${join(odd.parentPath, odd.name)} is neither a file nor a folder`);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => path !== recordPath(folder))
    .sort();
}

function isRecord(value: unknown): value is EntryRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { schemaVersion, kind, id, description, created, files } = value as Record<string, unknown>;
  const texts = [kind, id, description, created].every((text) => typeof text === 'string');
  return schemaVersion === 1 && texts && Array.isArray(files) && files.every(isPayloadFile);
}

function isPayloadFile(value: unknown): value is PayloadFile {
  if (typeof value !== 'object' || value === null) return false;
  const { path, sizeBytes, sha256, mtimeMs } = value as Record<string, unknown>;
  const texts = typeof path === 'string' && typeof sha256 === 'string';
  return texts && typeof sizeBytes === 'number' && typeof mtimeMs === 'number';
}
