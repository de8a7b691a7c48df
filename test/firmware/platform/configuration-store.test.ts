import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultConfiguration } from '../../../src/contract/configuration/configuration.ts';
import { ConfigurationStore } from '../../../src/firmware/platform/configuration-store.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const change = { who: 'ada', channel: 'appliancectl', configuration: defaultConfiguration };

test('an appliance nobody has configured is as shipped', async () => {
  const store = new ConfigurationStore(join(tempFolder(), 'none'));
  assert.equal((await store.current(() => {})).configuration, defaultConfiguration);
  assert.equal(await store.versions(), []);
});

test('every version is kept with who, when and by which way; the last is in force', async () => {
  const folder = tempFolder();
  const store = new ConfigurationStore(folder);
  await store.add(change, 0, new Date(0));
  const monitoring = { ...defaultConfiguration.monitoring, requestsPerMinute: 7 };
  await store.add({ ...change, who: 'bob', configuration: { ...defaultConfiguration, monitoring } }, 1, new Date(1000));
  assert.equal(await store.versions(), [1, 2]);
  const current = await store.current(() => {});
  assert.equal([current.version, current.who, current.time], [2, 'bob', '1970-01-01T00:00:01.000Z']);
  assert.is((await store.read(1)).who, 'ada');
  assert.is(statSync(join(folder, '00000002.json')).mode & 0o777, 0o640);
});

test('what a power cut left half written is not looked at', async () => {
  const folder = tempFolder();
  const store = new ConfigurationStore(folder);
  await store.add(change, 0, new Date(0));
  writeFileSync(join(folder, '00000002.json.7.new'), '{"configura');
  assert.is((await store.current(() => {})).version, 1);
  await store.add(change, 1, new Date(0));
  assert.equal(readdirSync(folder).sort(), ['00000001.json', '00000002.json', '00000002.json.7.new']);
});

test('history has a limit', async () => {
  const store = new ConfigurationStore(tempFolder());
  for (let count = 0; count < 205; count++) await store.add(change, count, new Date(0));
  const versions = await store.versions();
  assert.equal([versions.length, versions[0], versions.at(-1)], [200, 6, 205]);
});

test('of two changes to the same version one is refused, and nothing is lost', async () => {
  const store = new ConfigurationStore(tempFolder());
  await store.add(change, 0, new Date(0));
  const results = await Promise.allSettled(['ada', 'bob'].map((who) => store.add({ ...change, who }, 1, new Date(0))));
  const refused = results.flatMap((one) => (one.status === 'rejected' ? [one.reason.code] : []));
  assert.equal(refused, ['EEXIST']);
  assert.equal(await store.versions(), [1, 2]);
});

test('a newest version that can not be read is passed over, told of, and followed by the next', async () => {
  const folder = tempFolder();
  const store = new ConfigurationStore(folder);
  await store.add(change, 0, new Date(0));
  writeFileSync(join(folder, '00000002.json'), '{"configuration":{"monitoring":{"from":"a later release"}}}');
  const told: string[] = [];
  const { version, newest } = await store.current((message) => told.push(message));
  assert.equal([version, newest], [1, 2]);
  assert.match(
    told[0] ?? '',
    'version 2 of the configuration can not be read: /monitoring: there is no setting "from"',
  );
  assert.is((await store.add(change, newest, new Date(0))).version, 3);
});

test.run();
