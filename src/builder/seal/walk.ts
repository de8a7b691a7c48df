import { type Dirent, lstatSync, readdirSync, type Stats } from 'node:fs';
import { join } from 'node:path';

export interface TreeEntry {
  /** Relative to the tree, without a leading slash. */
  readonly path: string;
  readonly stat: Stats;
}

/** Every entry of a tree, folders after what they hold (so that a visitor may remove), names in byte order. */
export function* walk(tree: string, folder = ''): Generator<TreeEntry> {
  const entries: Dirent[] = readdirSync(join(tree, folder), { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) yield* walk(tree, path);
    yield { path, stat: lstatSync(join(tree, path)) };
  }
}
