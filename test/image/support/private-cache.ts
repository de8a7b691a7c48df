import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { bakedRelease, sharedCache } from './release.ts';

export type EntryKind = 'base' | 'tool-tree' | 'slot';

/** Folders for one test: a cache of its own and a place to bake into. */
export interface Folders {
  readonly cacheDir: string;
  readonly output: string;
  /** Where a bake of images/minimal puts its release. */
  readonly release: string;
  /** `--cache-dir … --output …`. */
  readonly args: readonly string[];
}

const made: string[] = [];
process.once('exit', () => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true });
});

/**
 * The shared cache as after a bake of images/minimal, as hard links, so that it costs nothing and what a test breaks is
 * its own copy. Only entries of these kinds are there; the rest must be made again.
 */
export async function privateCache(...kinds: readonly EntryKind[]): Promise<Folders> {
  await bakedRelease('minimal');
  const { cacheDir, ...folders } = emptyCache();
  mkdirSync(join(cacheDir, 'entries'), { recursive: true });
  const parts = ['archives', 'debs', ...kinds.map((kind) => `entries/${kind}`)];
  for (const part of parts) {
    if (!existsSync(join(sharedCache, part))) throw new Error(`the shared cache has no ${part}`);
    execFileSync('cp', ['--archive', '--link', join(sharedCache, part), join(cacheDir, part)]);
  }
  return { cacheDir, ...folders };
}

/** A cache that has never been used. */
export function emptyCache(): Folders {
  mkdirSync(dirname(sharedCache), { recursive: true });
  const root = mkdtempSync(join(dirname(sharedCache), 'private-'));
  made.push(root);
  const cacheDir = join(root, 'cache');
  const output = join(root, 'build');
  mkdirSync(cacheDir);
  mkdirSync(output);
  const args = ['--cache-dir', cacheDir, '--output', output];
  return { cacheDir, output, release: join(output, 'minimal/0.1.0'), args };
}
