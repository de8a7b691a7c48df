import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { initChannel } from '../../../src/builder/channel/init.ts';
import { defaultLifetimes } from '../../../src/builder/channel/lifetimes.ts';
import { renewChannel } from '../../../src/builder/channel/renew.ts';
import { readChannelRoot } from '../../../src/builder/recipe/channel-root.ts';
import { loadRecipe } from '../../../src/builder/recipe/load.ts';
import { KIB } from '../../../src/builder/recipe/size.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { future, TufChannel } from '../../support/tuf-channel.ts';

const HEAD = 'name: web\nversion: 1.0.0\ntitle: Web\nvendor: { name: V, url: "https://v.example" }\n';
const now = new Date();
const tuf = new TufChannel();

/** What is found of a file with this content. */
async function found(content: string | Buffer, at = now): Promise<{ text?: string; fault?: string }> {
  const folder = tempFolder();
  writeFileSync(join(folder, 'root.json'), content);
  return readChannelRoot('root.json', folder, at);
}
const faultOf = async (content: string | Buffer, at = now): Promise<string | undefined> =>
  (await found(content, at)).fault;

/** A recipe in `images/web/` that names this root. */
function recipe(channelRoot: string, more = ''): { folder: string; image: string } {
  const folder = tempFolder();
  const image = join(folder, 'images/web');
  mkdirSync(image, { recursive: true });
  writeFileSync(join(image, 'image.yaml'), `${HEAD}updates: { channelRoot: ${channelRoot} }\n${more}`);
  return { folder, image };
}

/** The mistakes of a recipe, from its line on. */
async function mistakesIn(image: string): Promise<string[]> {
  const { message } = await caught('recipe-invalid', () => loadRecipe(image, {}));
  return message
    .split('\n')
    .slice(1)
    .map((line) => line.replace(/^.*?image\.yaml:/, ''));
}

test('an image trusts the channel that was begun beside it, by the very bytes of its root', async () => {
  const { folder, image } = recipe('../../channel/metadata/1.root.json');
  const [channel, keys] = [join(folder, 'channel'), join(folder, 'keys')];
  const count = { root: 3, targets: 1 };
  await initChannel({ channel, keys, count, threshold: { root: 2, targets: 1 }, lifetimes: defaultLifetimes, now });
  const { updates } = await loadRecipe(image, {});
  assert.is(updates.channelRoot, readFileSync(join(channel, 'metadata/1.root.json'), 'utf8'));
  assert.ok(Object.isFrozen(updates));

  await renewChannel({ channel, keys: [keys], now });
  for (const file of ['1.root.json', '2.root.json', 'root.json']) {
    const path = `channel/metadata/${file}`;
    const text = readFileSync(join(folder, path), 'utf8');
    assert.equal(await readChannelRoot(path, folder, now), { text }, file);
  }
});

test('an image whose recipe names none trusts none', async () => {
  const { image } = recipe('null');
  assert.is((await loadRecipe(image, {})).updates.channelRoot, null);
  writeFileSync(join(image, 'image.yaml'), HEAD);
  assert.is((await loadRecipe(image, {})).updates.channelRoot, null);
});

test('a fault is told with the place in the recipe, beside all other mistakes', async () => {
  const { image } = recipe('../gone.json', 'targets: [kvm, kvm]\n');
  const missing = '"../gone.json" is not there, seen from the recipe\'s folder; kiln channel init makes one';
  assert.equal(await mistakesIn(image), [
    `5:25: updates.channelRoot: ${missing}`,
    '6:16: targets[1]: kvm is already at position 1',
  ]);
});

test('a path is text and leads on from the recipe, so that a checkout means the same elsewhere', async () => {
  const expected = 'expected the path of a file, relative to the folder of this file';
  for (const [written, got] of [
    ['/etc/passwd', '"/etc/passwd"'],
    ['""', '""'],
    ['"a\\0b"', '"a\\u0000b"'],
    ['3', '3'],
  ] as const) {
    assert.equal(await mistakesIn(recipe(written).image), [`5:25: updates.channelRoot: ${expected}, got ${got}`]);
  }
});

test('what is no file, and what is too large to be one, is not read', async () => {
  const folder = tempFolder();
  mkdirSync(join(folder, 'folder'));
  symlinkSync('loop', join(folder, 'loop'));
  writeFileSync(join(folder, 'large'), Buffer.alloc(64 * KIB + 1, ' '));
  const fault = async (path: string) => (await readChannelRoot(path, folder, now)) as { fault: string };
  assert.equal(await fault('folder'), { fault: '"folder" is not a file' });
  assert.equal(await fault('loop'), { fault: '"loop" is a link that leads back to itself' });
  for (const path of ['large/below', 'ü'.repeat(200)])
    assert.match((await fault(path)).fault, /^".+" is not there, seen from the recipe's folder/);
  assert.equal(await fault('large'), { fault: '"large" is larger than 64 KiB, which no root of a channel is' });
  const largest = Buffer.concat([Buffer.from(tuf.root), Buffer.alloc(64 * KIB - Buffer.byteLength(tuf.root), ' ')]);
  assert.is((await found(largest)).text, largest.toString());
});

test('text that is not JSON is not quoted: it may be a key', async () => {
  const pem = '-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEI\n-----END PRIVATE KEY-----\n';
  for (const content of [pem, '', Buffer.from([0x22, 0xff, 0x22]), `\u{feff}${tuf.root}`])
    assert.is(await faultOf(content), '"root.json" is not JSON');
});

test('JSON that is no root', async () => {
  const timestamp = tuf.files({ targets: 1, snapshot: 1, timestamp: 1 }).get('/metadata/timestamp.json') ?? '';
  assert.is(await faultOf(timestamp), '"root.json" is no TUF root: expected \'root\', got timestamp');
  for (const content of ['null', '3', '[]', '{}', '{"signed":{"_type":"root"},"signatures":[]}'])
    assert.match((await faultOf(content)) ?? '', /^"root\.json" is no TUF root: \S/, content);
  const long = JSON.stringify({ signed: { _type: `\n${'x'.repeat(9000)}` } });
  assert.match((await faultOf(long)) ?? '', /^.{100,300}$/, 'a message stays one line');
});

test('a root has to be signed by as many of its own keys as it asks for', async () => {
  const unsigned = '"root.json" is not signed by its own keys: root was signed by 0/1 keys';
  assert.is(await faultOf(tuf.root.replace('"version":1', '"version":2')), unsigned);
  const { signed } = JSON.parse(tuf.root);
  const { signatures } = JSON.parse(new TufChannel().root);
  assert.is(await faultOf(JSON.stringify({ signed, signatures })), unsigned);
  assert.is(await faultOf(JSON.stringify({ signed, signatures: [] })), unsigned);

  const folder = tempFolder();
  const [channel, keys] = [join(folder, 'channel'), join(folder, 'keys')];
  const count = { root: 2, targets: 1 };
  await initChannel({ channel, keys, count, threshold: count, lifetimes: defaultLifetimes, now });
  const both = JSON.parse(readFileSync(join(channel, 'metadata/root.json'), 'utf8'));
  const one = JSON.stringify({ ...both, signatures: both.signatures.slice(1) });
  assert.is(await faultOf(one), '"root.json" is not signed by its own keys: root was signed by 1/2 keys');
});

test('a root that ended, or never ends, is refused', async () => {
  const expires = future(30);
  const root = tuf.rootVersion(1, expires);
  const end = Date.parse(expires);
  assert.is((await found(root, new Date(end - 1))).text, root);
  assert.is(
    await faultOf(root, new Date(end)),
    `"root.json" expired at ${expires}; make a new one with kiln channel renew and name that, see docs/channel.md`,
  );
  for (const never of ['never', '2999', '+275760-09-13T00:00:01Z', '2999-02-30T25:00:00Z'])
    assert.is(await faultOf(tuf.rootVersion(1, never)), `"root.json" expires at "${never}", which is no date`);
  // The clock of the bake counts, and so does a root that ended before the recipe is read.
  const { image } = recipe('old.json');
  writeFileSync(join(image, 'old.json'), tuf.rootVersion(1, '2020-01-01T00:00:00Z'));
  assert.match((await mistakesIn(image))[0] ?? '', /^5:25: .* expired at 2020-01-01T00:00:00Z; .*kiln channel renew/);
});

test.run();
