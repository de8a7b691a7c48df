import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { StepName } from '../../../src/builder/plan/code-id.ts';
import { type StepIdInput, stepIds } from '../../../src/builder/plan/step-ids.ts';
import type { Recipe } from '../../../src/builder/recipe/recipe.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { sampleRecipe } from '../targets/sample-recipe.ts';

const root = tempFolder();

async function provisioner(name: string): Promise<{ name: string; folder: string }> {
  const folder = join(root, name);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'run.sh'), `echo ${name}\n`);
  return { name, folder };
}

await writeFile(join(root, 'lib.sh'), '# shared\n');
const input: StepIdInput = {
  recipe: sampleRecipe,
  releases: { trixie: 'a'.repeat(64), 'trixie-security': 'b'.repeat(64) },
  epoch: 1_767_225_600,
  source: 'sandbox',
  kinds: ['vmware', 'kvm'],
  keyring: 'a keyring',
  signer: 'e'.repeat(64),
  provisioners: [await provisioner('10-first'), await provisioner('20-second')],
};
const before = await stepIds(input);

/** Which steps a change makes again. */
async function again(change: Partial<StepIdInput>): Promise<StepName[]> {
  const after = await stepIds({ ...input, ...change });
  return (Object.keys(before) as StepName[]).filter((step) => before[step] !== after[step]);
}
const withRecipe = (change: Partial<Recipe>): Promise<StepName[]> =>
  again({ recipe: { ...sampleRecipe, ...change, sha256: 'cd'.repeat(32) } });

const fromProvision = ['provision', 'slot', 'disk', 'bundle', 'wrap'];
const all = ['tool-tree', 'base', ...fromProvision];
const fromBase = ['base', ...fromProvision];

test('the same inputs give the same ids, whatever the order of keys', async () => {
  assert.equal(await again({}), []);
  const { trixie = '', ...rest } = input.releases;
  assert.equal(await again({ releases: { ...rest, trixie }, kinds: ['kvm', 'vmware'] }), []);
  assert.is(new Set(Object.values(before)).size, 7);
});

test('what the mirror has, and the epoch, reach everything', async () => {
  assert.equal(await again({ releases: { ...input.releases, trixie: 'c'.repeat(64) } }), all);
  assert.equal(await again({ releases: {} }), all);
  assert.equal(await again({ epoch: input.epoch + 1 }), all);
});

test('packages and kernel begin at the base tree', async () => {
  const { base } = sampleRecipe;
  assert.equal(await withRecipe({ base: { ...base, packages: ['acl'] } }), fromBase);
  assert.equal(await withRecipe({ base: { ...base, kernel: 'cloud' } }), fromBase);
  assert.equal(await withRecipe({ targets: ['kvm'] }), fromBase);
});

test('what provisioners are told begins at provisioning', async () => {
  assert.equal(await withRecipe({ title: 'Other' }), fromProvision);
  assert.equal(await withRecipe({ vendor: { name: 'Other', url: 'https://example.org/' } }), fromProvision);
  const port = (number: number) => ({ network: { ports: [{ port: number, protocol: 'tcp', service: 'x' }] } }) as const;
  assert.equal(await withRecipe(port(8443)), fromProvision);
  assert.equal(await withRecipe(port(443)), fromBase, 'TLS on port 443 takes a package');
  assert.equal(await again({ source: 'vm' }), fromProvision);
  assert.equal(await withRecipe({ version: '1.2.4' }), fromProvision);
});

test('sizes begin where they are used', async () => {
  const { sizeBytes, slotBytes } = sampleRecipe.disk;
  assert.equal(await withRecipe({ disk: { sizeBytes, slotBytes: slotBytes + 1024 ** 2 } }), [
    'slot',
    'disk',
    'bundle',
    'wrap',
  ]);
  assert.equal(await withRecipe({ disk: { sizeBytes: 2 * sizeBytes, slotBytes } }), ['disk', 'wrap']);
});

test('words and hardware of the import only wrap again', async () => {
  assert.equal(await withRecipe({ description: 'Other' }), ['wrap']);
  assert.equal(await withRecipe({ hardware: { deployments: [] } }), ['wrap']);
  assert.equal(await again({ kinds: ['kvm'] }), ['wrap']);
});

test('who may sign is in the tree; who has signed is in the bundle alone', async () => {
  assert.equal(await again({ keyring: 'another' }), fromProvision);
  assert.equal(await again({ signer: 'f'.repeat(64) }), ['bundle']);
});

test('the channel that is trusted is in the tree, by every byte of its root', async () => {
  assert.equal(await withRecipe({ updates: { channelRoot: '{}' } }), fromProvision);
  const withRoot = (channelRoot: string) =>
    stepIds({ ...input, recipe: { ...sampleRecipe, updates: { channelRoot } } });
  const [one, other] = await Promise.all(['{}', '{} '].map(withRoot));
  assert.is.not(one?.provision, other?.provision);
});

test('provisioners: their files, their order, their number and what they share', async () => {
  const [first, second] = input.provisioners;
  assert.ok(first && second);
  assert.equal(await again({ provisioners: [second, first] }), fromProvision);
  assert.equal(await again({ provisioners: [first] }), fromProvision);
  assert.equal(await again({ provisioners: [{ ...first, name: '11-first' }, second] }), fromProvision);

  await writeFile(join(second.folder, 'run.sh'), 'echo other\n');
  assert.equal(await again({}), fromProvision);
  await provisioner('20-second');
  assert.equal(await again({}), []);
  await writeFile(join(root, 'lib.sh'), '# other\n');
  assert.equal(await again({}), fromProvision);
});

test.run();
