import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultConfiguration } from '../../../src/contract/configuration/configuration.ts';
import { cpu } from '../../../src/firmware/agent/checks/cpu.ts';
import { disk } from '../../../src/firmware/agent/checks/disk.ts';
import { memory } from '../../../src/firmware/agent/checks/memory.ts';
import { usable } from '../../../src/firmware/agent/checks/network.ts';
import { coreUnits, parseUnits, services } from '../../../src/firmware/agent/checks/services.ts';
import { time } from '../../../src/firmware/agent/checks/time.ts';
import { placesBelow } from '../../../src/firmware/platform/places.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const { thresholds } = defaultConfiguration.monitoring;
const root = tempFolder();
mkdirSync(join(root, 'proc'));
mkdirSync(join(root, 'data'));
const surroundings = {
  places: placesBelow(root),
  thresholds,
  configuration: defaultConfiguration,
  now: new Date(0),
  signal: new AbortController().signal,
};
const proc = (name: string, text: string): void => writeFileSync(join(root, 'proc', name), text);

test('memory counts what can be given out, as the kernel says', async () => {
  proc('meminfo', 'MemTotal:        1000000 kB\nMemFree:           1000 kB\nMemAvailable:     100000 kB\n');
  assert.is((await memory.judge(surroundings)).healthy, true);
  proc('meminfo', 'MemTotal:        1000000 kB\nMemFree:         900000 kB\nMemAvailable:      99999 kB\n');
  const { healthy, detail, advice } = await memory.judge(surroundings);
  assert.is(healthy, false);
  assert.is(detail, '10.0 % of 977 MiB available (limit 10 %)');
  assert.ok(advice);
  proc('meminfo', 'nothing\n');
  try {
    await memory.judge(surroundings);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'does not tell');
  }
});

test('processors are busy only when they were for the whole five minutes, however often they are looked at', async () => {
  const check = cpu();
  let busy = 0;
  const sample = async (seconds: number): Promise<boolean | null> => {
    proc('stat', `cpu  ${busy} 0 0 1000 0 0 0 0 0 0\ncpu0 1 1 1 1\n`);
    busy += 1500;
    return (await check.judge({ ...surroundings, now: new Date(seconds * 1000) })).healthy;
  };
  for (let seconds = 0; seconds < 280; seconds += 2) assert.is(await sample(seconds), true, `${seconds} s`);
  assert.is(await sample(281), false);
  assert.is(await sample(290), false);
  assert.is(await sample(100), true, 'the clock was set back');
});

test('the data partition is looked at in bytes and in files', async () => {
  const { healthy, detail } = await disk.judge({
    ...surroundings,
    thresholds: { ...thresholds, diskUsedPercent: 100 },
  });
  assert.ok(healthy, detail);
  assert.match(detail, /^\d+\.\d % of the space and \d+\.\d % of the files of \/data used \(limit 100 %\)$/);
  const strict = await disk.judge({ ...surroundings, thresholds: { ...thresholds, diskUsedPercent: 0 } });
  assert.is(strict.healthy, false);
});

test('units are read as systemd prints them, and one that is not active is named', async () => {
  const text =
    'Id=ssh.service\nActiveState=active\nNRestarts=2\n\nNRestarts=0\nId=chrony.service\nActiveState=failed\n\n';
  const units = parseUnits(text);
  assert.equal(units, [
    { unit: 'ssh.service', active: 'active', restarts: 2 },
    { unit: 'chrony.service', active: 'failed', restarts: 0 },
  ]);
  let seen = 0;
  const check = services(
    coreUnits,
    (all) => {
      seen = all.length;
    },
    async (asked) => {
      assert.equal(asked, coreUnits);
      return units;
    },
  );
  const verdict = await check.judge(surroundings);
  assert.equal([verdict.healthy, verdict.detail, seen], [false, 'chrony.service is failed', 2]);
  assert.is(
    (
      await services(
        coreUnits,
        () => {},
        async () => [],
      ).judge(surroundings)
    ).healthy,
    false,
  );
});

test('the clock follows a server when the kernel says so', async () => {
  const ask = (text: string) => time(async () => text).judge(surroundings);
  assert.is((await ask('# HELP x\nnode_timex_sync_status 1\n')).healthy, true);
  assert.is((await ask('node_timex_sync_status 0\n')).healthy, false);
});

test('an address that leads nowhere is none', () => {
  const entry = { netmask: '', mac: '', cidr: null };
  const list = (address: string, internal = false) => [{ ...entry, address, internal, family: 'IPv4' as const }];
  assert.equal(usable({ lo: list('127.0.0.1', true), eth0: list('169.254.3.4'), eth1: list('fe80::1') }), []);
  assert.equal(usable({ eth0: list('10.0.0.5') }), ['10.0.0.5 on eth0']);
});

test.run();
