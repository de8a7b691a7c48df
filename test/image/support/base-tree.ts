import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bakedRelease, sharedCache } from './release.ts';

/** The base tree that an image was baked from, without devices and kernels. Removed when the test process ends. */
export async function baseTree(): Promise<string> {
  await bakedRelease('minimal');
  const tree = mkdtempSync(join(tmpdir(), 'kiln-base-'));
  process.once('exit', () => rmSync(tree, { recursive: true, force: true }));
  const bases = join(sharedCache, 'entries/base');
  const base = readdirSync(bases)[0] ?? '';
  const without = ['dev/*', 'boot/*', 'usr/lib/modules/*'].map((path) => `--exclude=./${path}`);
  execFileSync('tar', ['-xf', join(bases, base, 'base.tar'), '-C', tree, ...without]);
  return tree;
}
