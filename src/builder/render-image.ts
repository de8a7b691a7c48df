import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { RenderOptions } from './cli/work.ts';
import { KilnError } from './errors.ts';
import { partialPath } from './names.ts';
import { listProvisioners } from './steps/provisioners.ts';
import { renderBuild } from './steps/render.ts';

/** Debian 13's release day stands in where rendering asks no mirror for its date. */
const TRIXIE_RELEASED = Date.UTC(2025, 7, 9) / 1000;

/**
 * Writes an image's Packer and cloud-init files. The folder appears whole: an older rendering gives way to it, and a
 * folder that holds anything else is refused.
 * @returns the files written, absolute
 */
export async function renderImage({ recipe, keyring, folder }: RenderOptions): Promise<string[]> {
  const provisioners = await listProvisioners(recipe);
  const partial = partialPath(folder);
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  const files = await renderBuild({ recipe, epoch: recipe.epoch ?? TRIXIE_RELEASED, provisioners, keyring }, partial);
  await makeRoom(folder);
  await rename(partial, folder);
  return files.map((file) => join(folder, relative(partial, file)));
}

const OWN = new Set(['build.pkr.hcl', 'README.md']);

async function makeRoom(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (names === undefined) return;
  if (names.length > 0 && ![...OWN].every((name) => names.includes(name))) {
    throw new KilnError({
      code: 'usage',
      message: `${folder} holds files that Kiln did not render`,
      hint: 'Name an empty or a new folder with --out.',
    });
  }
  await rm(folder, { recursive: true });
}
