import { lstat, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { parseRelease } from '../../contract/parse-release.ts';
import type { Release } from '../../contract/release.ts';
import { filesOf } from '../../contract/release-files.ts';
import { CHECKSUM_FILE, RELEASE_FILE } from '../names.ts';

const PARTIAL = '.partial-';
const REPLACED = '.replaced-';

/**
 * Puts right what a killed bake of this image left beside its releases: unfinished folders go, and a release that was
 * about to be replaced goes back unless its successor is there. The caller holds the image's lock, so none is in use.
 * @param imageFolder holds one folder for each version; made when needed
 */
export async function removeStaleFolders(imageFolder: string): Promise<void> {
  await mkdir(imageFolder, { recursive: true });
  for (const name of await readdir(imageFolder)) {
    const path = join(imageFolder, name);
    const replaced = /^\.(.+)\.replaced-\d+$/.exec(name)?.[1];
    if (replaced !== undefined) await recover(join(imageFolder, replaced), path);
    else if (/^\..+\.partial-\d+$/.test(name)) await rm(path, { recursive: true, force: true });
  }
}

/** Makes the folder a release is put together in: hidden, beside its final place, so that publishing is one rename. */
export async function stagingFolder(folder: string): Promise<string> {
  const staging = join(dirname(folder), `.${basename(folder)}${PARTIAL}${process.pid}`);
  await mkdir(staging, { recursive: true });
  return staging;
}

/** Gives a complete release its name. An older one of the same version gives way at once and is then removed. */
export async function publish(staging: string, folder: string): Promise<void> {
  const replaced = join(dirname(folder), `.${basename(folder)}${REPLACED}${process.pid}`);
  const had = await exists(folder);
  if (had) await rename(folder, replaced);
  await rename(staging, folder);
  if (had) await rm(replaced, { recursive: true, force: true });
}

/** A kill between the two renames of publish: the older release goes back unless the newer one is there. */
async function recover(folder: string, replaced: string): Promise<void> {
  if (await exists(folder)) await rm(replaced, { recursive: true, force: true });
  else await rename(replaced, folder);
}

/**
 * The release that lies in a folder, if it is whole as far as names, sizes and times tell: a file that was touched
 * after release.json was written is not taken for the one it names.
 */
export async function publishedRelease(folder: string): Promise<Release | undefined> {
  try {
    const release = parseRelease(JSON.parse(await readFile(join(folder, RELEASE_FILE), 'utf8')));
    const described = await lstat(join(folder, RELEASE_FILE));
    await lstat(join(folder, CHECKSUM_FILE));
    for (const { file, sizeBytes } of filesOf(release)) {
      const stat = await lstat(join(folder, file));
      if (!stat.isFile() || stat.size !== sizeBytes || stat.mtimeMs > described.mtimeMs) return undefined;
    }
    return release;
  } catch {
    // Missing, damaged or of another schema: whatever the reason, there is no release to build on.
    return undefined;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}
