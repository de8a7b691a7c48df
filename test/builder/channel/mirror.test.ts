// A mirror trusts nothing but the root it is given, and an appliance reads it as it reads the channel.
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { addToChannel } from '../../../src/builder/channel/add.ts';
import { refreshChannel } from '../../../src/builder/channel/change.ts';
import { mirrorChannel } from '../../../src/builder/channel/mirror.ts';
import { renewChannel } from '../../../src/builder/channel/renew.ts';
import { serveChannel } from '../../../src/builder/channel/serve.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { announced, appliance, days, newChannel, releaseOf } from './sample-channel.ts';

const test = suite('channel mirror');

async function channelWith(...versions: readonly string[]) {
  const made = await newChannel();
  for (const version of versions) await addToChannel(made.write(), releaseOf(version), announced);
  const root = readFileSync(join(made.channel, 'metadata/1.root.json'), 'utf8');
  const to = join(made.folder, 'mirror');
  const mirror = (from = made.channel, trusted = root) =>
    mirrorChannel({ from, to, root: trusted, signal: new AbortController().signal });
  return { ...made, root, to, mirror };
}

/** Everything in a folder that has its final name, with its content. */
function shown(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [name, readFileSync(join(parentPath, name), 'hex')]).sort(),
  );
}

/** Turns one bit of the only bundle of that version. */
function flip(channel: string, version: string): void {
  const [file = ''] = readdirSync(join(channel, 'targets')).filter((name) => name.includes(`-${version}.`));
  const path = join(channel, 'targets', file);
  const bytes = readFileSync(path);
  bytes[3] = (bytes[3] ?? 0) ^ 1;
  writeFileSync(path, bytes);
}

test('an appliance of any age reads a mirror as it reads the channel, from a folder and over HTTP', async () => {
  const { folder, channel, to, mirror, write } = await channelWith('1.1.0', '1.2.0');
  await renewChannel(write());
  await renewChannel(write());
  const first = await mirror();
  assert.is(first.copied.length, 2);
  for (const name of ['1.root.json', '2.root.json', '3.root.json', 'root.json'])
    assert.equal(readFileSync(join(to, 'metadata', name)), readFileSync(join(channel, 'metadata', name)), name);
  assert.equal((await appliance(folder, to).ask()).targets.length, 2);
  assert.equal(readdirSync(to).sort(), ['metadata', 'targets']);

  await addToChannel(write(), releaseOf('1.3.0'), announced);
  const { address, close } = await serveChannel(channel, 0, () => undefined);
  const second = await mirror(address).finally(close);
  assert.equal([second.copied.length, second.kept.length], [1, 2]);
  assert.is((await appliance(folder, to).ask()).targets.length, 3);
});

test('a bundle with a flipped bit does not get its name, and those before it stay for the next try', async () => {
  const { channel, to, mirror } = await channelWith('1.1.0', '1.2.0');
  const whole = join(tempFolder(), 'whole');
  cpSync(channel, whole, { recursive: true });
  flip(channel, '1.2.0');
  assert.match((await caught('channel-refused', () => mirror())).message, '1.2.0');
  assert.is(readdirSync(join(to, 'targets')).length, 1);
  assert.not(existsSync(join(to, 'metadata')), 'no word of a bundle that is not there');
  const { copied, kept } = await mirror(whole);
  assert.equal([copied.length, kept.length], [1, 1]);
  flip(to, '1.1.0');
  assert.is((await mirror(whole)).copied.length, 1, 'what has rotted in the mirror is fetched again');
});

test('what is old, ended, of other keys, or held back leaves a mirror as it was', async () => {
  const { channel, to, mirror, write } = await channelWith('1.1.0');
  const old = join(tempFolder(), 'old');
  cpSync(channel, old, { recursive: true });
  await addToChannel(write(), releaseOf('1.2.0'), announced);
  await mirror();
  const before = shown(to);
  assert.match((await caught('channel-refused', () => mirror(old))).message, 'version');
  const other = await channelWith('1.3.0');
  await caught('channel-refused', () => mirror(other.channel));
  await caught('channel-refused', () => mirror('http://127.0.0.1:1/'));
  await caught('channel-invalid', () => mirror(channel, '{}'));
  await refreshChannel(write(days(-30)));
  assert.match((await caught('channel-refused', () => mirror())).message, 'expired');
  assert.equal(shown(to), before);
});

test('a root that is held back is missed', async () => {
  const { channel, to, mirror, write } = await channelWith('1.1.0');
  await renewChannel(write());
  await mirror();
  const before = shown(to);
  const held = join(tempFolder(), 'held');
  cpSync(channel, held, { recursive: true, filter: (path) => !path.endsWith('2.root.json') });
  assert.match((await caught('channel-refused', () => mirror(held))).message, 'newer');
  assert.equal(shown(to), before);
});

test.run();
