import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Recipe } from '../recipe/recipe.ts';
import { provisionerRoot } from '../render/places.ts';

/** One step of provisioning: a folder with `run.sh` and what it installs. */
export interface Provisioner {
  /** `10-base`; the order of names is the order of running. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
}

/** Kiln's own provisioners in the order of their numbers, then the recipe's in the order it names them. */
export async function listProvisioners(recipe: Recipe): Promise<Provisioner[]> {
  const names = (await readdir(provisionerRoot, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const own = names
    .map(({ name }) => name)
    .sort()
    .map((name) => ({ name, folder: join(provisionerRoot, name) }));
  return [...own, ...recipe.provisioners.map((folder) => ({ name: `image-${basename(folder)}`, folder }))];
}
