import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Configuration, defaultConfiguration } from '../../../src/contract/configuration/configuration.ts';
import { ApplyError } from '../../../src/firmware/configure/apply-error.ts';
import { sampleAppliance } from './sample-appliance.ts';

const ada = { who: 'ada', channel: 'appliancectl' } as const;
const fixed = { method: 'static', address: '192.0.2.10/24', gateway: '192.0.2.1' } as const;
const named: Configuration = { ...defaultConfiguration, hostname: 'web-1' };
const networked: Configuration = { ...named, network: { ipv4: fixed, ipv6: null } };
const NETWORK = 'etc/systemd/network/04-kiln-configuration.network';

async function failure(work: Promise<unknown>): Promise<ApplyError> {
  try {
    await work;
  } catch (error) {
    assert.instance(error, ApplyError);
    return error as ApplyError;
  }
  throw new Error('it did not fail');
}

test('a configuration becomes files and commands, and is kept', async () => {
  const { root, configurator, commands } = sampleAppliance();
  const applied = await configurator.apply(networked, ada);
  assert.equal(applied, { version: 1, changed: true, confirmBefore: null });
  assert.is(readFileSync(join(root, 'etc/hostname'), 'utf8'), 'web-1\n');
  assert.match(readFileSync(join(root, NETWORK), 'utf8'), 'Address=192.0.2.10/24\nGateway=192.0.2.1\n');
  assert.equal(commands, ['hostname --file /etc/hostname', 'networkctl reload']);
  assert.is((await configurator.apply(networked, ada)).changed, false);
  assert.is((await configurator.kept.current()).who, 'ada');
});

test('only what changed is put in force', async () => {
  const { configurator, commands } = sampleAppliance();
  await configurator.apply(networked, ada);
  commands.length = 0;
  await configurator.apply({ ...networked, ntp: { servers: ['192.0.2.123'] } }, ada);
  assert.equal(commands, ['systemctl try-reload-or-restart chrony.service']);
});

test('what is not configured any more is as it was before', async () => {
  const { root, configurator } = sampleAppliance();
  writeFileSync(join(root, 'etc/hostname'), 'from-the-cloud\n', { mode: 0o600 });
  await configurator.apply(networked, ada);
  await configurator.apply({ ...networked, hostname: 'web-2' }, ada);
  await configurator.apply(defaultConfiguration, ada);
  assert.is(readFileSync(join(root, 'etc/hostname'), 'utf8'), 'from-the-cloud\n');
  assert.is(statSync(join(root, 'etc/hostname')).mode & 0o777, 0o600);
  assert.not(existsSync(join(root, NETWORK)));
});

test('a service that refuses leaves files, services and version as they were', async () => {
  const appliance = sampleAppliance();
  const { root, configurator, commands } = appliance;
  await configurator.apply(named, ada);
  commands.length = 0;
  appliance.refuse = 'networkctl';
  const { message, hint } = await failure(configurator.apply({ ...networked, hostname: 'web-9' }, ada));
  assert.match(message, 'network was refused');
  assert.match(hint, 'networkctl reload');
  assert.is(readFileSync(join(root, 'etc/hostname'), 'utf8'), 'web-1\n');
  assert.not(existsSync(join(root, NETWORK)));
  assert.is((await configurator.kept.current()).version, 1);
  // Both were told again what they had been told before.
  assert.equal(commands.slice(-2), ['hostname --file /etc/hostname', 'networkctl reload']);
  assert.not(existsSync(appliance.places.changing));
});

test('a network change waits for its confirmation, and nothing else changes meanwhile', async () => {
  const { configurator, commands, places } = sampleAppliance();
  await configurator.apply(named, ada);
  const { version, confirmBefore } = await configurator.apply(networked, ada, 120);
  assert.equal([version, confirmBefore?.toISOString()], [2, '2026-06-01T12:02:00.000Z']);
  // The timer runs before the network changes: whatever becomes of this program, the network goes back.
  assert.match(commands.at(-2) ?? '', /^systemd-run .*--on-active=120s .*appliancectl config revert --unconfirmed 2$/);
  assert.is(commands.at(-1), 'networkctl reload');
  assert.match((await failure(configurator.apply(named, ada))).message, 'waits for its confirmation');
  assert.is(await configurator.confirm(), 2);
  assert.not(existsSync(places.pending));
  assert.is(await configurator.revert(2), undefined);
  assert.is((await configurator.kept.current()).version, 2);
});

test('one that nobody confirms is undone, by the timer and at a restart, and the history says so', async () => {
  for (const how of ['timer', 'restart'] as const) {
    const { root, configurator, restarted, places } = sampleAppliance();
    await configurator.apply(named, ada);
    await configurator.apply(networked, ada, 120);
    if (how === 'timer') await configurator.revert(2);
    else await restarted().settle();
    const { version, channel, configuration } = await restarted().kept.current();
    assert.equal([version, channel], [3, 'not confirmed'], how);
    assert.equal(configuration, named, how);
    assert.not(existsSync(join(root, NETWORK)), how);
    assert.not(existsSync(places.pending), how);
  }
});

test('a timer leaves alone what is not its own', async () => {
  const { configurator } = sampleAppliance();
  await configurator.apply(networked, ada, 120);
  assert.is(await configurator.revert(7), undefined);
  assert.is((await configurator.pending())?.version, 1);
});

test('files that a power cut left half changed are made anew at the next start', async () => {
  const { root, configurator, restarted, places } = sampleAppliance();
  await configurator.apply(networked, ada);
  writeFileSync(join(root, 'etc/hostname'), 'half');
  rmSync(join(root, NETWORK));
  writeFileSync(places.changing, '');
  await restarted().settle();
  assert.is(readFileSync(join(root, 'etc/hostname'), 'utf8'), 'web-1\n');
  assert.ok(existsSync(join(root, NETWORK)));
  assert.not(existsSync(places.changing));
});

test('after a change that was cut short all is put in force again, even what seems to be', async () => {
  const { configurator, restarted, commands, places } = sampleAppliance();
  await configurator.apply(networked, ada);
  writeFileSync(places.changing, '');
  commands.length = 0;
  assert.is((await restarted().apply(networked, ada)).changed, true);
  for (const command of ['hostname --file', 'networkctl reload', 'systemctl restart kiln-snmp.service'])
    assert.ok(
      commands.some((one) => one.startsWith(command)),
      command,
    );
  assert.not(existsSync(places.changing));
});

test('a change that can not be undone says so, and leaves the next start something to do', async () => {
  const appliance = sampleAppliance();
  const { root, configurator, places } = appliance;
  await configurator.apply(named, ada);
  appliance.refuse = 'networkctl';
  appliance.onRefusal = () => {
    // A folder in the way of what has to come back.
    rmSync(join(root, 'etc/hostname'));
    mkdirSync(join(root, 'etc/hostname/in-the-way'), { recursive: true });
  };
  const { message, hint } = await failure(configurator.apply({ ...networked, hostname: 'web-9' }, ada));
  assert.match(message, 'could not be undone');
  assert.match(hint, 'Restart');
  assert.ok(existsSync(places.changing));
});

test('where there is no room for a change there need be none to undo it', async () => {
  const { root, configurator, places } = sampleAppliance();
  await configurator.apply(named, ada);
  // A file where a folder has to be made stands for a disk that takes nothing more.
  rmSync(join(root, 'etc/systemd'), { recursive: true, force: true });
  writeFileSync(join(root, 'etc/systemd'), '');
  const { message } = await failure(configurator.apply({ ...networked, hostname: 'web-9' }, ada));
  assert.match(message, 'the configuration was not changed');
  assert.is(readFileSync(join(root, 'etc/hostname'), 'utf8'), 'web-1\n');
  assert.not(existsSync(places.changing));
});

test('folders that a change makes can be entered by all, whatever the umask is; what nobody else may hold is not', async () => {
  const { root, configurator, places } = sampleAppliance();
  const before = process.umask(0o077);
  try {
    await configurator.apply({ ...named, ssh: { authorizedKeys: ['ssh-ed25519 AAAA ada'] } }, ada);
  } finally {
    process.umask(before);
  }
  const mode = (path: string): number => statSync(path).mode & 0o777;
  assert.is(mode(join(root, 'etc/ssh/authorized_keys.d')), 0o755);
  assert.is(mode(join(root, 'etc/ssh/authorized_keys.d/admin')), 0o644);
  assert.is(mode(dirname(places.configurationLock)), 0o700);
});

test('every mistake in keys and certificates is told, and nothing is written', async () => {
  const { root, configurator } = sampleAppliance();
  const before = readdirSync(join(root, 'etc'));
  const broken: Configuration = {
    ...named,
    timeZone: 'Europe/Atlantis',
    tls: { certificate: '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n', key: '(secret)' },
    trustedAuthorities: ['-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  };
  try {
    await configurator.apply({ ...broken, tls: { ...broken.tls, key: 'no key' } as Configuration['tls'] }, ada);
    assert.unreachable();
  } catch (error) {
    for (const place of ['/tls/certificate', '/trustedAuthorities/0', '/timeZone'])
      assert.match((error as Error).message, place);
  }
  assert.equal(readdirSync(join(root, 'etc')), before);
  assert.equal(await configurator.kept.history(), []);
});

test.run();
