// What begins a channel writes all of it or nothing, and keys lie nowhere that is published.
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { refreshChannel } from '../../../src/builder/channel/change.ts';
import { initChannel } from '../../../src/builder/channel/init.ts';
import { defaultLifetimes } from '../../../src/builder/channel/lifetimes.ts';
import { listChannel } from '../../../src/builder/channel/list.ts';
import { KilnError } from '../../../src/builder/errors.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { newChannel } from './sample-channel.ts';

const test = suite('channel init');

const init = (channel: string, keys: string, threshold = 1) =>
  initChannel({
    ...{ channel, keys, lifetimes: defaultLifetimes, now: new Date() },
    ...{ count: { root: 1, targets: 1 }, threshold: { root: threshold, targets: 1 } },
  });

test('what can never sign is refused before anything is written', async () => {
  const folder = tempFolder();
  const { message } = await caught('channel-invalid', () => init(join(folder, 'channel'), join(folder, 'keys'), 2));
  assert.match(message, '2 of 1 root keys');
  assert.equal(readdirSync(folder), []);
});

test('keys do not get into the channel by a link, to a folder or to none', async () => {
  const folder = tempFolder();
  const channel = join(folder, 'channel');
  mkdirSync(channel);
  symlinkSync(channel, join(folder, 'same'));
  symlinkSync('channel/keys', join(folder, 'dangling'));
  symlinkSync(join(folder, 'same'), join(folder, 'twice'));
  for (const keys of ['same', 'same/keys', 'dangling', 'dangling/deeper', 'twice/keys', 'channel/..keys'])
    assert.match(
      (await caught('channel-invalid', () => init(channel, join(folder, keys)))).message,
      'lies in the channel',
    );
  // The channel itself may be the link.
  const { message } = await caught('channel-invalid', () => init(join(folder, 'same'), join(channel, 'keys')));
  assert.match(message, 'lies in the channel');
  assert.equal(readdirSync(channel), []);
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'outside'));
  await init(channel, join(folder, 'outside'));
  assert.is(readdirSync(join(folder, 'elsewhere')).length, 4);
});

test('keys that lie in the channel sign nothing, and no more those that a link in it leads to', async () => {
  const { channel, keys, write } = await newChannel();
  cpSync(keys, join(channel, 'keys'), { recursive: true });
  symlinkSync(keys, join(channel, 'online'));
  for (const name of ['keys', 'online'])
    await caught('channel-invalid', () => refreshChannel(write(new Date(), [join(channel, name)])));
  await refreshChannel(write());
});

test('of several that begin one channel at once, one does, and its channel holds', async () => {
  const folder = tempFolder();
  const channel = join(folder, 'channel');
  const runs = ['a', 'b', 'c', 'd'].map((name) => init(channel, join(folder, name)));
  const failed = (await Promise.allSettled(runs)).flatMap((run) => (run.status === 'rejected' ? [run.reason] : []));
  assert.is(failed.length, 3);
  for (const error of failed) assert.ok(error instanceof KilnError && error.code === 'channel-invalid', String(error));
  const made = readdirSync(folder).filter((name) => name !== 'channel');
  assert.is(made.length, 1, made.join());
  assert.equal((await listChannel(channel, new Date())).warnings, []);
});

test('keys that are there stay, and the channel is not begun', async () => {
  const folder = tempFolder();
  const keys = join(folder, 'keys');
  const channels = ['a', 'b', 'c'].map((name) => join(folder, name));
  const results = await Promise.allSettled(channels.map((channel) => init(channel, keys)));
  const [begun, ...more] = channels.filter((_, index) => results[index]?.status === 'fulfilled');
  assert.ok(begun !== undefined && more.length === 0);
  for (const channel of channels) assert.is(existsSync(join(channel, 'metadata')), channel === begun, channel);
  // They are those of the channel that was begun.
  await refreshChannel({ channel: begun, keys: [keys], now: new Date() });
});

test('a file in the way is told', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), '');
  for (const [channel, keys] of [
    ['file', 'keys'],
    ['file/channel', 'keys'],
    ['channel', 'file'],
  ] as const)
    await caught('channel-invalid', () => init(join(folder, channel), join(folder, keys)));
  assert.equal(readdirSync(folder), ['file']);
});

test.run();
