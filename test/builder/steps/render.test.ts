import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'yaml';
import { treeId } from '../../../src/builder/plan/content-id.ts';
import { loadRecipe } from '../../../src/builder/recipe/load.ts';
import type { Recipe } from '../../../src/builder/recipe/recipe.ts';
import { packerSources } from '../../../src/builder/render/sources.ts';
import { listProvisioners } from '../../../src/builder/steps/provisioners.ts';
import { PROVISIONER_MARK, renderBuild } from '../../../src/builder/steps/render.ts';
import { assertGolden } from '../../support/golden.ts';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { sampleRecipe } from '../targets/sample-recipe.ts';
import { hostileRecipe, hostileWords } from './hostile-recipe.ts';

const epoch = 1_767_225_600;
const minimal = await loadRecipe(join(repositoryRoot, 'images/minimal'), {});
const own = await listProvisioners(minimal);

/** Renders into a new folder. */
async function render(recipe: Recipe, more: { provisioners?: typeof own; sshPublicKey?: string } = {}) {
  const folder = join(tempFolder(), 'out');
  const files = await renderBuild({ recipe, epoch, provisioners: [], keyring: 'KEYRING\n', ...more }, folder);
  return { folder, files, text: (file: string): string => readFileSync(join(folder, file), 'utf8') };
}

const whole = await render(minimal, { provisioners: own });

test('the build of images/minimal is the one a person has read', () => {
  assertGolden(whole.text('build.pkr.hcl'), new URL('golden/minimal.build.pkr.hcl', import.meta.url));
});

test('the same recipe gives the same bytes', async () => {
  const again = await render(minimal, { provisioners: own });
  assert.is(await treeId([again.folder]), await treeId([whole.folder]));
});

test('every source has its file, and nothing is written but what is told and the provisioners', () => {
  const told = whole.files.map((file) => relative(whole.folder, file));
  for (const { name } of packerSources) assert.ok(told.includes(`sources-${name}.pkr.hcl`), name);
  const copied = ['provisioners/lib.sh', ...own.map(({ name }) => `provisioners/${name}/`)];
  const others = readdirSync(whole.folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(whole.folder, join(entry.parentPath, entry.name)))
    .filter((file) => !copied.some((start) => file.startsWith(start)));
  assert.equal(others.sort(), told.sort());
});

test('provisioners are announced in the order they run, and lie beside the build as they are', async () => {
  const announced = whole.text('build.pkr.hcl').split(PROVISIONER_MARK).slice(1);
  assert.equal(
    announced.map((rest) => /^[\w./-]+/.exec(rest)?.[0] ?? '').filter((name) => !name.includes('/')),
    own.map(({ name }) => name),
  );
  for (const { name, folder } of own) {
    assert.is(await treeId([join(whole.folder, 'provisioners', name)]), await treeId([folder]));
  }
});

test('the root of the channel lies beside the keyring as it is, and is not there where none is trusted', async () => {
  const file = 'provisioners/firmware/channel-root.json';
  assert.not.ok(existsSync(join(whole.folder, file)));
  const channelRoot = '{ "signed": "ü" }\n\n';
  const { folder, files, text } = await render({ ...sampleRecipe, updates: { channelRoot } });
  assert.is(text(file), channelRoot);
  assert.ok(files.includes(join(folder, file)));
});

test('cloud-init reads the key as it was given, and a placeholder where there is none', async () => {
  const keys = (text: string): string[] => parse(text).users[0].ssh_authorized_keys;
  assert.match(keys(whole.text('cloud-init/user-data'))[0] ?? '', /PUT-YOUR-PUBLIC-KEY-HERE/);
  const key = 'ssh-ed25519 AAAA a "b" \\ \'c\' # ü: - [x]';
  const { text } = await render(sampleRecipe, { sshPublicKey: key });
  assert.match(text('cloud-init/user-data'), /^#cloud-config\n/);
  assert.equal(keys(text('cloud-init/user-data')), [key]);
  assert.is(parse(text('cloud-init/meta-data'))['instance-id'], 'sample-1.2.3-build');
});

test('no word of a recipe adds a line to what Packer reads', async () => {
  const plain = await render({ ...sampleRecipe, title: 'x', description: 'x', vendor: { name: 'x', url: 'x' } });
  const count = (text: string): number => text.split('\n').length;
  for (const word of hostileWords) {
    const { files, text } = await render(hostileRecipe(word));
    assert.is(files.length, plain.files.length);
    for (const file of readdirSync(plain.folder).filter((name) => name.endsWith('.hcl'))) {
      assert.is(count(text(file)), count(plain.text(file)), file);
    }
  }
});

test('names for Google keep its rules: no dots, no capitals', async () => {
  const { text } = await render({ ...sampleRecipe, version: '1.2.3-rc.1' });
  assert.match(text('sources-gcp.pkr.hcl'), /^ +image_name += "sample-1-2-3-rc-1"$/m);
});

test.run();
