import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { HandedOver } from '../../../../src/contract/configuration/handed-over.ts';
import {
  forInstance,
  type ImportRecord,
  readImportRecord,
} from '../../../../src/firmware/configure/channels/import-record.ts';
import { platformSources } from '../../../../src/firmware/configure/channels/index.ts';
import { takeOver } from '../../../../src/firmware/configure/channels/take-over.ts';
import { type SampleAppliance, sampleAppliance } from '../sample-appliance.ts';

const none: ImportRecord = await readImportRecord('/nowhere/at/all');
const ada = { who: 'ada', channel: 'appliancectl' } as const;
const USER_DATA = 'user-data:part-001';

/** One start with these documents. */
async function start(
  { configurator }: SampleAppliance,
  files: Readonly<Record<string, string>>,
  record = none,
  instance: string | null = 'iid-1',
): Promise<ImportRecord> {
  const mine = forInstance(record, instance, (await configurator.kept.current()).newest);
  const input = {
    sources: platformSources,
    files: new Map(Object.entries(files)),
    configurator,
    now: () => new Date(0),
  };
  return takeOver(input, mine);
}

function outcomes({ outcomes }: ImportRecord): Readonly<Record<string, HandedOver['outcome']>> {
  return Object.fromEntries(outcomes.map(({ channel, outcome }) => [channel, outcome]));
}

async function inForce({ configurator }: SampleAppliance): Promise<readonly [number, string, string | null]> {
  const { version, channel, configuration } = await configurator.kept.current();
  return [version, channel, configuration.hostname];
}

test('what the platform says is in force, once, and the history says whence', async () => {
  const appliance = sampleAppliance();
  const files = { [USER_DATA]: 'hostname: web-1\n' };
  const record = await start(appliance, files);
  assert.equal(outcomes(record), { 'user-data': 'applied' });
  assert.equal(await inForce(appliance), [1, 'user-data', 'web-1']);
  assert.is((await appliance.configurator.kept.current()).who, 'platform');
  const commands = appliance.commands.length;
  const again = await start(appliance, { [USER_DATA]: '{"hostname": "web-1"}' }, record);
  assert.equal(again, record);
  assert.is(appliance.commands.length, commands);
});

test('the strongest of several has the word, and the others are told', async () => {
  const appliance = sampleAppliance();
  const files = { 'disc:config.yaml': 'hostname: d', 'ovf.json': '{"hostname": "o"}', [USER_DATA]: 'hostname: u' };
  const record = await start(appliance, files);
  assert.equal(outcomes(record), { disc: 'applied', ovf: 'outranked', 'user-data': 'outranked' });
  assert.equal(await inForce(appliance), [1, 'disc', 'd']);
  // The disc was taken out; what it said stays.
  const without = await start(appliance, { 'ovf.json': files['ovf.json'] }, record);
  assert.is(outcomes(without).ovf, 'outranked');
  assert.equal(await inForce(appliance), [1, 'disc', 'd']);
});

test('a platform that changes its mind after an operator did is refused, told once, and remembered', async () => {
  const appliance = sampleAppliance();
  const first = await start(appliance, { 'ovf.json': '{"hostname": "one"}' });
  await appliance.configurator.edit((now) => ({ ...now, role: 'test' }), ada);
  const second = await start(appliance, { 'ovf.json': '{"hostname": "two"}' }, first);
  assert.equal(outcomes(second), { ovf: 'operator' });
  assert.match(second.outcomes[0]?.detail ?? '', 'an operator changed the configuration');
  assert.equal(await inForce(appliance), [2, 'appliancectl', 'one']);
  assert.equal(await start(appliance, { 'ovf.json': '{"hostname": "two"}' }, second), second);
});

test('a rollback is an operator’s change as well', async () => {
  const appliance = sampleAppliance();
  const first = await start(appliance, { [USER_DATA]: 'hostname: one' });
  const second = await start(appliance, { [USER_DATA]: 'hostname: two' }, first);
  await appliance.configurator.rollback(1, ada);
  assert.equal(outcomes(await start(appliance, { [USER_DATA]: 'hostname: three' }, second)), {
    'user-data': 'operator',
  });
  assert.equal((await inForce(appliance))[2], 'one');
});

test('a clone with an instance id of its own begins anew', async () => {
  const appliance = sampleAppliance();
  const files = { 'ovf.json': '{"hostname": "original"}' };
  const first = await start(appliance, files);
  await appliance.configurator.edit((now) => ({ ...now, hostname: 'by-ada' }), ada);
  for (const id of ['iid-1', null]) {
    assert.equal(await start(appliance, files, first, id), first);
    assert.equal((await inForce(appliance))[2], 'by-ada');
  }
  const clone = await start(appliance, files, first, 'iid-2');
  assert.equal([clone.instance, clone.since, outcomes(clone)], ['iid-2', 2, { ovf: 'applied' }]);
  assert.equal(await inForce(appliance), [3, 'ovf', 'original']);
  // From here on an operator of the clone counts.
  await appliance.configurator.edit((now) => ({ ...now, hostname: 'by-bob' }), ada);
  assert.is(outcomes(await start(appliance, { 'ovf.json': '{"hostname": "x"}' }, clone, 'iid-2')).ovf, 'operator');
});

test('a document with mistakes changes nothing, holds back weaker ones, and is looked at again', async () => {
  const appliance = sampleAppliance();
  const files = { 'disc:config.yaml': 'hostname: A_\nrole: both\n', [USER_DATA]: 'hostname: u' };
  const record = await start(appliance, files);
  assert.equal(outcomes(record), { disc: 'mistakes', 'user-data': 'outranked' });
  assert.match(record.outcomes[0]?.detail ?? '', /^the disc .*\ndisc:config\.yaml:1:11: .*\ndisc:config\.yaml:2:7: /);
  assert.equal(await inForce(appliance), [0, 'as shipped', null]);
  const mended = await start(appliance, { ...files, 'disc:config.yaml': 'hostname: a\n' }, record);
  assert.is(outcomes(mended).disc, 'applied');
  const taken = await start(appliance, { [USER_DATA]: 'hostname: u' }, record);
  assert.is(outcomes(taken)['user-data'], 'outranked', 'the disc is in force by now');
});

test('what only the appliance can tell has its line too', async () => {
  const appliance = sampleAppliance();
  const { outcomes: told } = await start(appliance, { [USER_DATA]: 'role: test\ntimeZone: Atlantis/Center\n' });
  assert.match(told[0]?.detail ?? '', /\nuser-data:part-001:2:11: \/timeZone: this appliance knows no time zone/);
  const missing = await start(appliance, {
    [USER_DATA]: 'proxy: {url: "http://p:1", username: a, password: (secret)}',
  });
  assert.match(missing.outcomes[0]?.detail ?? '', /:1:\d+: \/proxy\/password: no secret is kept here yet/);
});

test('a service that refuses leaves everything, and the next start tries again', async () => {
  const appliance = sampleAppliance();
  appliance.refuse = 'networkctl';
  const files = { [USER_DATA]: 'network: {ipv4: {method: dhcp}}' };
  const record = await start(appliance, files);
  assert.equal(outcomes(record), { 'user-data': 'failed' });
  assert.equal(await inForce(appliance), [0, 'as shipped', null]);
  appliance.refuse = undefined;
  assert.equal(outcomes(await start(appliance, files, record)), { 'user-data': 'applied' });
});

test('two documents by one way are a mistake, and nobody’s guess', async () => {
  const appliance = sampleAppliance();
  const record = await start(appliance, { 'disc:config.json': '{}', 'disc:config.yaml': 'hostname: a' });
  assert.match(record.outcomes[0]?.detail ?? '', 'more than one document');
});

test('no secret gets into what is told', async () => {
  const appliance = sampleAppliance();
  const text =
    'smtp:\n  server: mail.example.com\n  sender: a@example.com\n  recipients: [b@example.com]\n  password: hunter2hunter2\n  port: 0\n';
  assert.not.match(JSON.stringify((await start(appliance, { [USER_DATA]: text })).outcomes), 'hunter2');
});

test.run();
