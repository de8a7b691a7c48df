import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { diskLayout } from '../../../src/builder/plan/disk-layout.ts';
import { loadRecipe } from '../../../src/builder/recipe/load.ts';
import { GIB, MIB } from '../../../src/builder/recipe/size.ts';
import { caught } from '../../support/caught.ts';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const HEAD = 'name: web\nversion: 1.0.0\ntitle: Web\nvendor: { name: V, url: "https://v.example" }\n';

function write(text: string | Buffer): string {
  const folder = tempFolder();
  writeFileSync(join(folder, 'image.yaml'), text);
  return folder;
}

/** The mistakes found in a recipe, without the file's name: `5:3: disk.size: …`. */
async function mistakesIn(text: string | Buffer, folder = write(text)): Promise<string[]> {
  const error = await caught('recipe-invalid', () => loadRecipe(folder, {}));
  assert.is(error.exitCode, 2);
  return error.message
    .split('\n')
    .slice(1)
    .map((line) => {
      assert.ok(line.includes('image.yaml:'), line);
      return line.replace(/^.*?image\.yaml:\s?/, '');
    });
}

test('the recipes of this repository load, from the folder and from the file', async () => {
  const reference = await loadRecipe(join(repositoryRoot, 'images/reference'), {});
  assert.equal(reference, await loadRecipe(join(repositoryRoot, 'images/reference/image.yaml'), {}));
  assert.is(reference.disk.sizeBytes, 8 * GIB);
  assert.is(reference.epoch, null);
  assert.match(reference.sha256, /^[0-9a-f]{64}$/);
  assert.equal((await loadRecipe(join(repositoryRoot, 'images/minimal'), {})).targets, ['kvm']);
});

test('defaults make a short recipe complete, and nothing of it can be changed', async () => {
  const recipe = await loadRecipe(write(HEAD), {});
  assert.equal(recipe.targets, ['vmware', 'desktop', 'hyperv', 'azure', 'aws', 'gce', 'kvm']);
  assert.equal(recipe.base, { suite: 'trixie', kernel: 'generic', packages: [], mirror: null });
  assert.equal(recipe.network.ports, [{ port: 22, protocol: 'tcp', service: 'ssh' }]);
  assert.equal(
    recipe.hardware.deployments.map(({ id, memoryBytes }) => [id, memoryBytes]),
    [
      ['test', GIB],
      ['production', 4 * GIB],
    ],
  );
  assert.throws(() => (recipe.base.packages as string[]).push('x'), /not extensible/);
  assert.ok(Object.isFrozen(recipe.hardware.deployments[0]));
});

test('all mistakes come at once, each with line, column, path and what was expected', async () => {
  const found = await mistakesIn(
    `${HEAD}verson: 2\ndisk:\n  size: "40"\nbase:\n  packages: [nginx, Nginx, nginx]\ntargets: [vmwre]\n`,
  );
  assert.equal(found, [
    '5:1: verson: unknown key (did you mean version?)',
    '7:9: disk.size: expected a size like 8G or 512M, got "40"',
    '9:21: base.packages[1]: expected the name of a Debian package, like nginx-light, got "Nginx"',
    '10:11: targets[0]: expected one of vmware, desktop, hyperv, azure, aws, gce, kvm, got "vmwre" (did you mean vmware?)',
  ]);
});

test('rules are checked where the schema found nothing, beside what it found', async () => {
  const found = await mistakesIn(`${HEAD}disk: { size: 4G, slot: 2G }\ntargets: [kvm, kvm]\nnetwork: 3\n`);
  assert.equal(found, [
    '5:15: disk.size: 4G is too small for two slots of 2G: they need a disk of at least 5G',
    '6:16: targets[1]: kvm is already at position 1',
    '7:10: network: expected a map, got 3',
  ]);
});

const single: readonly (readonly [string, string, string])[] = [
  ['a size as a number', 'disk: { size: 8 }', '5:15: disk.size: expected a size like 8G or 512M, got 8'],
  ['a disk of half a GiB', 'disk: { size: 8704M }', '5:15: disk.size: must be a whole number of GiB, got 8704M'],
  ['a slot of half a MiB', 'disk: { slot: 1536K }', '5:15: disk.slot: must be a whole number of MiB, got 1536K'],
  ['an empty section', 'disk:', '5:6: disk: expected a map, got nothing'],
  [
    'no default deployment',
    'hardware: { deployments: [{ id: a, title: A, cpus: 1, memory: 1G }] }',
    '5:26: hardware.deployments: exactly one must have default: true, got none',
  ],
  [
    'too little memory',
    'hardware: { deployments: [{ id: a, title: A, cpus: 1, memory: 64M, default: true }] }',
    '5:63: hardware.deployments[0].memory: expected at least 512 MiB, in whole MiB, got 64M',
  ],
  [
    'a port twice',
    'network: { ports: [{ port: 22, service: ssh }, { port: 22, service: sftp }] }',
    '5:48: network.ports[1]: 22/tcp is already at position 1',
  ],
  [
    'a port that is none',
    'network: { ports: [{ port: 65536, service: ssh }] }',
    '5:28: network.ports[0].port: expected a port from 1 to 65535, got 65536',
  ],
  ['no targets', 'targets: []', '5:10: targets: expected at least one image shape, got a list'],
  [
    'a password in the mirror',
    'base: { mirror: "https://me:secret@deb.example/" }',
    '5:17: base.mirror: expected the address of a Debian mirror, like https://deb.debian.org/debian, got "https://me:secret@deb.example/"',
  ],
  [
    'a day that is none',
    'epoch: 2026-02-30',
    '5:8: epoch: expected a date like 2026-01-31 or 2026-01-31T12:00:00Z, from 1980 to 2107, got "2026-02-30"',
  ],
  ['a prototype key', '__proto__: { polluted: true }', '5:1: __proto__: unknown key'],
  ['an unknown key deep inside', 'vendor2: 1', '5:1: vendor2: unknown key (did you mean vendor?)'],
];
for (const [what, line, expected] of single) {
  test(`one mistake: ${what}`, async () => assert.equal(await mistakesIn(`${HEAD}${line}\n`), [expected]));
}

test('syntax errors name line and column', async () => {
  assert.match((await mistakesIn(`${HEAD}disk: { size: 8G\n`))[0] ?? '', /^\d+:\d+: \S/);
  assert.equal(await mistakesIn(`${HEAD}name: again\n`), ['5:1: Map keys must be unique']);
  assert.match((await mistakesIn(`${HEAD}description: !!js/function x\n`))[0] ?? '', /^5:14: Unresolved tag/);
  assert.match((await mistakesIn(`${HEAD}---\nname: two\n`))[0] ?? '', /multiple documents/);
  assert.match((await mistakesIn(`${HEAD}title2: *nowhere\n`))[0] ?? '', /[Aa]lias/);
});

test('files that are no recipe at all', async () => {
  assert.equal(await mistakesIn(''), ['1:1: expected a map, got nothing']);
  assert.equal(await mistakesIn('- a\n- b\n'), ['1:1: expected a map, got a list']);
  assert.equal(await mistakesIn(Buffer.from([0x6e, 0xff, 0xfe])), ['is not UTF-8 text']);
  assert.equal(await mistakesIn(Buffer.alloc(MIB + 1, 'a')), ['is larger than 1 MiB, which no recipe is']);
});

test('a bomb of aliases ends at once', async () => {
  const levels = [...'abcdefgh'].map(
    (name, index, all) =>
      `${name}: &${name} [${
        index === 0
          ? 'x'
          : Array(9)
              .fill(`*${all[index - 1]}`)
              .join(',')
      }]`,
  );
  assert.match((await mistakesIn(`${levels.join('\n')}\n`))[0] ?? '', /alias/i);
});

test('provisioners stay inside the folder of the image, links included', async () => {
  const folder = write(`${HEAD}provisioners: [../up, /etc, good, out, file, gone, ., good/../.., loop]\n`);
  for (const name of ['good', 'target']) mkdirSync(join(folder, name));
  writeFileSync(join(folder, 'file'), '');
  symlinkSync('/etc', join(folder, 'out'));
  symlinkSync('loop', join(folder, 'loop'));
  const reasons = (await mistakesIn('', folder)).map((line) => line.replace(/^[\d:]+ /, ''));
  const outside = (name: string): string => `must be a folder inside the image's folder, got "${name}"`;
  assert.equal(reasons, [
    `provisioners[0]: ${outside('../up')}`,
    `provisioners[1]: ${outside('/etc')}`,
    `provisioners[3]: ${outside('out')}, a link to /etc`,
    'provisioners[4]: "file" is not a folder',
    'provisioners[5]: there is no folder "gone" in the image\'s folder',
    `provisioners[6]: ${outside('.')}`,
    `provisioners[7]: ${outside('good/../..')}`,
    'provisioners[8]: "loop" is a link that leads back to itself',
  ]);
});

test('provisioners come out absolute and in order', async () => {
  const folder = write(`${HEAD}provisioners: [b, a]\n`);
  for (const name of ['a', 'b']) mkdirSync(join(folder, name));
  assert.equal((await loadRecipe(folder, {})).provisioners, [join(folder, 'b'), join(folder, 'a')]);
});

test('targets take the order of every table', async () => {
  assert.equal((await loadRecipe(write(`${HEAD}targets: [kvm, vmware]\n`), {})).targets, ['vmware', 'kvm']);
});

test('the recipe goes before SOURCE_DATE_EPOCH, which must be a number', async () => {
  const env = { SOURCE_DATE_EPOCH: '1700000000' };
  assert.is((await loadRecipe(write(HEAD), env)).epoch, 1_700_000_000);
  assert.is((await loadRecipe(write(`${HEAD}epoch: 2000-01-01\n`), env)).epoch, 946_684_800);
  await caught('usage', () => loadRecipe(write(HEAD), { SOURCE_DATE_EPOCH: 'now' }));
});

test('a missing recipe names one that was probably meant', async () => {
  const missing = await caught('recipe-missing', () => loadRecipe(join(repositoryRoot, 'images/refrence'), {}));
  assert.is(missing.exitCode, 2);
  assert.match(missing.hint, /Did you mean .*images\/reference\?/);
  assert.match((await caught('recipe-missing', () => loadRecipe('/nowhere/at/all', {}))).hint, /images\/reference/);
  assert.match((await caught('recipe-missing', () => loadRecipe(tempFolder(), {}))).message, /image\.yaml/);
});

test('the smallest disk the rules take leaves the data partition what they promise', async () => {
  const recipe = await loadRecipe(write(`${HEAD}disk: { size: 2G, slot: 638M }\n`), {});
  const { partitions } = diskLayout('web', recipe.disk.sizeBytes, recipe.disk.slotBytes);
  assert.is(partitions.data.length, 257 * MIB);
  await caught('recipe-invalid', () => loadRecipe(write(`${HEAD}disk: { size: 2G, slot: 639M }\n`), {}));
});

test.run();
