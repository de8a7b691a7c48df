import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { releaseStem } from '../../src/builder/names.ts';
import { loadRecipe } from '../../src/builder/recipe/load.ts';
import { walk } from '../../src/builder/seal/walk.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { goldenDisk } from './support/golden-disk.ts';
import { bakedRelease, sharedCache } from './support/release.ts';
import { runKiln } from './support/run-kiln.ts';

const output = tempFolder();

test('the provisioners give the same tree in the sandbox and in a machine that booted', async () => {
  const sandbox = await filesOf(await bakedRelease('minimal'));
  const { code, events } = await runKiln([
    ...['bake', 'images/minimal', '--source', 'vm', '--json', '--cache-dir', sharedCache, '--output', output],
  ]);
  assert.is(code, 0, JSON.stringify(events.at(-1)));
  const vm = await filesOf(join(output, 'minimal', '0.1.0'));
  assert.ok(sandbox.size > 5000, `only ${sandbox.size} files were compared`);
  const differ = [...new Set([...sandbox.keys(), ...vm.keys()])].filter((path) => sandbox.get(path) !== vm.get(path));
  const told = differ
    .slice(0, 40)
    .map((path) => `${path}: ${sandbox.get(path)} in the sandbox, ${vm.get(path)} in the machine`);
  assert.is(differ.length, 0, told.join('\n'));
});

/** What every path of slot A is: the hash of a file, the target of a link, or a folder. */
async function filesOf(release: string): Promise<Map<string, string>> {
  const recipe = await loadRecipe('images/minimal');
  const tree = await (await goldenDisk(release, releaseStem(recipe.name, recipe.version))).fromSlot('/');
  const found = new Map<string, string>();
  // Not readdir's own recursion: it follows links, and /usr/bin/X11 leads to itself.
  for (const { path, stat } of walk(tree)) {
    const file = join(tree, path);
    if (stat.isSymbolicLink()) found.set(path, `link to ${readlinkSync(file)}`);
    else if (stat.isFile()) found.set(path, createHash('sha256').update(readFileSync(file)).digest('hex'));
    else found.set(path, 'folder');
  }
  return found;
}

test.run();
