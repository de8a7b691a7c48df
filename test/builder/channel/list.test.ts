import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Root } from '@tufjs/models';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { addToChannel } from '../../../src/builder/channel/add.ts';
import { initChannel } from '../../../src/builder/channel/init.ts';
import { type Lifetimes, lifetimesOf } from '../../../src/builder/channel/lifetimes.ts';
import { listChannel } from '../../../src/builder/channel/list.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { announced, days, newChannel, releaseOf } from './sample-channel.ts';

const test = suite('channel list');

test('versions stand in their own order, a pre-release before its release', async () => {
  const { channel, write } = await newChannel();
  const order = ['1.2.0-rc.2', '1.2.0-rc.10', '1.2.0', '1.10.0'];
  for (const version of [...order].reverse()) await addToChannel(write(), releaseOf(version), announced);
  const { entries } = await listChannel(channel, new Date());
  assert.equal(
    entries.map(({ offer }) => offer.version),
    order,
  );
});

test('a role is told of in the last third of the life it was given', async () => {
  const folder = tempFolder();
  const channel = join(folder, 'channel');
  const lifetimes: Lifetimes = { root: 300, targets: 30, snapshot: 12, timestamp: 6 };
  await initChannel({
    ...{ channel, keys: join(folder, 'keys'), lifetimes, now: new Date() },
    ...{ count: { root: 1, targets: 1 }, threshold: { root: 1, targets: 1 } },
  });
  const told = async (after: number): Promise<string[]> =>
    (await listChannel(channel, days(after))).warnings.map((line) => line.split(' ')[0] ?? '');
  assert.equal(await told(3.9), []);
  assert.equal(await told(4.1), ['timestamp']);
  assert.equal(await told(8.1), ['snapshot', 'timestamp']);
  assert.equal(await told(20.1), ['targets', 'snapshot', 'timestamp']);
  assert.equal(await told(200.1), ['root', 'targets', 'snapshot', 'timestamp']);
});

test('a root that does not say how long roles hold is told so', async () => {
  const { channel } = await newChannel();
  const path = join(channel, 'metadata/root.json');
  const { signed } = JSON.parse(readFileSync(path, 'utf8'));
  for (const kept of [undefined, null, 'x', { root: 1, targets: 1, snapshot: 1 }, { root: 1, targets: 0 }]) {
    const root = Root.fromJSON({ ...signed, 'x-kiln-lifetimes-days': kept });
    assert.match((await caught('channel-invalid', async () => lifetimesOf(root))).message, 'how long');
  }
  writeFileSync(path, JSON.stringify({ signed, signatures: [] }));
  await caught('channel-invalid', () => listChannel(channel, new Date()));
});

test.run();
