import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Recipe } from '../recipe/recipe.ts';
import { provisionerRoot } from '../render/places.ts';

/** One step of provisioning: a folder with `run.sh` and what it installs. */
export interface Provisioner {
  /** `10-base`: letters, digits, dots and hyphens; no two of a build are the same. */
  readonly name: string;
  /** Absolute. */
  readonly folder: string;
}

/** Kiln's own provisioners in the order of their numbers, then the recipe's in the order it names them. */
export async function listProvisioners(recipe: Recipe): Promise<Provisioner[]> {
  const entries = await readdir(provisionerRoot, { withFileTypes: true });
  const own = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ name, folder: join(provisionerRoot, name) }))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
  return [...own, ...ofTheImage(recipe.provisioners)];
}

function ofTheImage(folders: readonly string[]): Provisioner[] {
  const taken = new Set<string>();
  return folders.map((folder) => {
    const plain = `image-${basename(folder).replace(/[^A-Za-z0-9.-]+/g, '-')}`;
    let name = plain;
    // Folders of the same name may lie in different places.
    for (let count = 2; taken.has(name); count += 1) name = `${plain}-${count}`;
    taken.add(name);
    return { name, folder };
  });
}
