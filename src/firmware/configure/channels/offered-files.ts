import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OfferedFiles, PlatformSource } from './channel.ts';

/** What is offered at this start. @param folder need not be there */
export async function readOfferedFiles(folder: string): Promise<OfferedFiles> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const read = names.sort().map(async (name) => [name, await readFile(join(folder, name), 'utf8')] as const);
  return new Map(await Promise.all(read));
}

/** Those that one channel offers; none when it has nothing to say. */
export function filesOf(source: PlatformSource, files: OfferedFiles): OfferedFiles {
  return new Map([...files].filter(([name]) => source.owns(name)));
}
