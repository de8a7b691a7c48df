import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ownerRuns, ownToken } from '../host/owner.ts';

/** Which entries running processes work with, so that no one prunes them away: one file for each process. */
export interface InUse {
  mark(entry: string): Promise<void>;
  /** Entries any running process has marked, this one too. */
  all(): Promise<ReadonlySet<string>>;
}

/** @param folder made when needed; files of processes that ended are removed from it */
export function trackUse(folder: string): InUse {
  return {
    async mark(entry) {
      await mkdir(folder, { recursive: true });
      await appendFile(join(folder, ownToken()), `${entry}\n`);
    },
    async all() {
      await mkdir(folder, { recursive: true });
      const marked = new Set<string>();
      for (const token of await readdir(folder)) {
        const file = join(folder, token);
        if (!ownerRuns(token)) await rm(file, { force: true });
        else for (const line of (await readFile(file, 'utf8')).split('\n')) marked.add(line);
      }
      return marked;
    },
  };
}
