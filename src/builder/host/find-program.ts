import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join } from 'node:path';

/** Debian keeps system programs where an ordinary user's PATH does not look. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/**
 * Looks for a program as Exec would, or for a file when `what` is absolute.
 * @returns its path, or null
 */
export async function findProgram(what: string, path: string): Promise<string | null> {
  if (isAbsolute(what)) return (await isFile(what, constants.R_OK)) ? what : null;
  for (const folder of [...path.split(delimiter), ...SYSTEM_FOLDERS]) {
    // An empty part of PATH means the current folder, which is no place to find tools in.
    if (folder !== '' && (await isFile(join(folder, what), constants.X_OK))) return join(folder, what);
  }
  return null;
}

async function isFile(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return (await stat(path)).isFile();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'ELOOP') return false;
    throw error;
  }
}
