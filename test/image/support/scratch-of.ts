import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Folders } from './private-cache.ts';

/** The working folders of a run of kiln, in memory or below its cache: by its process id, or of any run that is over. */
export function scratchOf(pid: number, { cacheDir }: Pick<Folders, 'cacheDir'>): string[] {
  const roots = [`/dev/shm/kiln-${process.getuid?.() ?? 0}`, join(cacheDir, 'scratch')];
  return roots
    .filter((root) => existsSync(root))
    .flatMap((root) => readdirSync(root).map((name) => join(root, name)))
    .filter((path) => new RegExp(`/run-\\d+-${pid}-\\d+\\.\\d+$`).test(path));
}
