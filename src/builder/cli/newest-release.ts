import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KilnError } from '../errors.ts';
import { RELEASE_FILE } from '../names.ts';

/**
 * The release that was finished last below an output folder.
 * @throws {KilnError} `release-missing`
 */
export async function newestRelease(outputRoot: string): Promise<string> {
  let newest: { folder: string; finished: number } | undefined;
  for (const image of await foldersIn(outputRoot)) {
    for (const folder of await foldersIn(image)) {
      // Folders without a release.json are no releases: rendered templates, bakes that did not end.
      const found = await stat(join(folder, RELEASE_FILE)).catch(() => undefined);
      if (found !== undefined && found.mtimeMs > (newest?.finished ?? 0)) newest = { folder, finished: found.mtimeMs };
    }
  }
  if (newest !== undefined) return newest.folder;
  throw new KilnError({
    code: 'release-missing',
    message: `there is no release in ${outputRoot}`,
    hint: 'Bake one first with `kiln bake`, or name its folder: `kiln smoke build/reference/1.0.0`.',
  });
}

async function foldersIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(folder, entry.name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}
