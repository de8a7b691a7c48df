// SNMP as a monitoring station meets it: Debian 13's snmpd with the rendered configuration, asked by net-snmp's own tools.
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Configuration, defaultConfiguration } from '../../../../src/contract/configuration/configuration.ts';
import { completeConfiguration } from '../../../../src/contract/configuration/parse-configuration.ts';
import { snmp } from '../../../../src/firmware/configure/sections/snmp.ts';
import { runAgent } from '../../agent/running-agent.ts';
import { Room } from './room.ts';
import { commandLines, readUnit } from './unit.ts';

const room = await Room.open();
const unit = readUnit(room, 'kiln-snmp.service');
const log = room.path('snmpd.log');
const state = '/var/lib/snmp';
const ada = { name: 'ada', authenticationPassword: `a#b$c'd%e@{f},-l`, privacyPassword: '0x1234567890' };
const bob = { name: 'bob', authenticationPassword: 'correct-horse', privacyPassword: 'battery-staple' };

function withUsers(...users: (typeof ada)[]): Configuration {
  const location = `Rack 7, "left" \\ Zürich # ${'é'.repeat(200)}`;
  return completeConfiguration({ monitoring: { snmp: { users, location, contact: 'Ops <ops@example.com>' } } });
}

/** What `systemctl restart kiln-snmp.service` does. */
async function restart(signal = 'TERM'): Promise<void> {
  await room.run(['pkill', `-${signal}`, '-x', 'snmpd']);
  await room.until('the end of snmpd', async () => (await room.run(['pgrep', '-x', 'snmpd'])).code !== 0);
  const [needed = ''] = unit.values('ConditionPathExists');
  if (!existsSync(room.path(needed))) return;
  const [, from = ''] = /^users:(.*)$/.exec(unit.values('LoadCredential')[0] ?? '') ?? [];
  const [user = ''] = unit.values('User');
  const credentials = '/credentials';
  await room.run(['install', '-D', '-m', '0400', '-o', user, from, `${credentials}/users`]);
  for (const command of commandLines(unit, 'ExecStartPre', credentials)) {
    const { code, said } = await room.run(command);
    assert.is(code, 0, said);
  }
  for (const command of commandLines(unit, 'ExecStart', credentials)) room.start(command, log);
  const listens = async (): Promise<boolean> => (await room.run(['ss', '-Hnul', 'sport', '161'])).said.includes(':161');
  await room.until('snmpd', listens, () => readFileSync(log, 'utf8'));
}

const address = '127.0.0.1';
const asked = ['-t', '1', '-r', '1', '-On'];
/** The options of somebody who knows a user's passwords. */
function as({ name, authenticationPassword, privacyPassword }: typeof ada): string[] {
  const auth = ['-a', 'SHA-256', '-A', authenticationPassword];
  return ['-v3', '-l', 'authPriv', '-u', name, ...auth, '-x', 'AES', '-X', privacyPassword];
}
const walk = (who: readonly string[], oid: string, at = address) => room.run(['snmpwalk', ...asked, ...who, at, oid]);
async function refused(who: readonly string[], why: RegExp): Promise<void> {
  const { code, said } = await walk(who, '.1.3.6.1.2.1.1');
  assert.not.equal(code, 0, said);
  assert.match(said, why);
}
const remembered = (name: string): string =>
  new RegExp(`^${name} (.*)$`, 'm').exec(readFileSync(room.path(`${state}/snmpd.conf`), 'utf8'))?.[1] ?? '';

test('nothing is there before a user is', async () => {
  assert.equal(snmp.files(defaultConfiguration), []);
  await room.apply(snmp, defaultConfiguration);
  await restart();
  assert.is((await room.run(['pgrep', '-x', 'snmpd'])).code, 1);
  await room.run(['nft', '-f', '/etc/nftables.conf']);
  assert.not.match((await room.run(['nft', 'list', 'ruleset'])).said, /161/);
});

test('a user with both passwords reads the system, interfaces, disk and health, over IPv4 and IPv6', async () => {
  await room.run(['mkdir', '/agent']);
  // The agent itself runs outside: only what it says is needed.
  const { agent } = await runAgent(1);
  const metrics = await (await fetch(`http://127.0.0.1:${agent.port}/metrics`)).text();
  await agent.close();
  writeFileSync(room.path('/agent/metrics'), metrics);
  const served = /^kiln_in_service 1$/m.test(metrics);
  const checks = [...metrics.matchAll(/^kiln_check_healthy\{check="(\w+)"\} (\d)$/gm)];
  assert.ok(checks.length > 3);
  room.start(['busybox', 'httpd', '-f', '-p', '127.0.0.1:9110', '-h', '/agent'], log);
  const applied = await room.apply(snmp, withUsers(ada, bob));
  assert.equal(applied, { code: 0, said: '' });
  await room.run(['nft', '-f', '/etc/nftables.conf']);
  assert.match((await room.run(['nft', 'list', 'ruleset'])).said, /udp dport 161 ct state new accept/);
  await restart();
  const system = await walk(as(ada), '.1.3.6.1.2.1.1');
  assert.is(system.code, 0, system.said);
  assert.match(system.said, /^\.1\.3\.6\.1\.2\.1\.1\.1\.0 = STRING: "?Linux /m);
  assert.match(system.said, /^\.1\.3\.6\.1\.2\.1\.1\.4\.0 = STRING: "?Ops <ops@example\.com>"?$/m);
  assert.match((await walk([...as(bob), '-Oa'], '.1.3.6.1.2.1.1.6')).said, /STRING: "?Rack 7, \\?"left\\?" \\+ Z/);
  assert.match((await walk(as(bob), '.1.3.6.1.2.1.2.2.1.2', `udp6:[::1]`)).said, /STRING: "?lo"?$/m);
  assert.match((await walk(as(bob), '.1.3.6.1.2.1.25.2.3.1.3')).said, /STRING: "?\/data"?$/m);
  assert.match((await walk(as(bob), '.1.3.6.1.4.1.2021.9.1')).said, /9\.1\.2\.1 = STRING: "?\/data"?$/m);
  assert.match((await walk(as(bob), '.1.3.6.1.4.1.2021.10')).said, /STRING: "?Load-1"?$/m);
  const health = await walk(as(bob), '.1.3.6.1.4.1.8072.1.3.2');
  const lines = [...health.said.matchAll(/\.8072\.1\.3\.2\.4\.1\.2\.\S+ = STRING: "?(.*?)"?$/gm)].map(
    ([, line]) => line,
  );
  assert.equal(lines, [
    served ? 'in service' : 'not in service',
    ...checks.map(([, id, value]) => `${id}: ${value === '1' ? 'healthy' : 'failing'}`),
  ]);
  const [, exitCode] = /\.8072\.1\.3\.2\.3\.1\.4\.\S+ = INTEGER: (\d)$/m.exec(health.said) ?? [];
  assert.is(exitCode, served ? '0' : '1');
});

test('whoever knows less is refused', async () => {
  const known = ['-a', 'SHA-256', '-A', bob.authenticationPassword];
  await refused(['-v3', '-l', 'noAuthNoPriv', '-u', 'bob'], /authorizationError|Unsupported security level/);
  await refused(['-v3', '-l', 'authNoPriv', '-u', 'bob', ...known], /authorizationError|Unsupported security level/);
  await refused(as({ ...bob, authenticationPassword: 'wrong-horse' }), /Authentication failure/);
  await refused(as({ ...bob, privacyPassword: 'wrong-staple' }), /Timeout|Decryption error/);
  await refused(as({ ...bob, name: 'eve' }), /Unknown user name/);
  for (const version of ['-v1', '-v2c']) await refused([version, '-c', 'public'], /Timeout/);
  for (const hidden of ['25.4.2', '25.6.3']) {
    assert.match((await walk(as(bob), `.1.3.6.1.2.1.${hidden}`)).said, /No Such Object|No more variables|End of MIB/i);
  }
  const written = await room.run(['snmpset', ...asked, ...as(bob), address, '.1.3.6.1.2.1.1.5.0', 's', 'mine']);
  assert.match(written.said, /noAccess|notWritable|authorizationError/);
});

test('a removed user and a changed password are refused from the next start, and the engine stays who it was', async () => {
  const before = { id: remembered('oldEngineID'), boots: Number(remembered('engineBoots')) };
  assert.match(before.id, /^0x80001f88/);
  const changed = { ...ada, authenticationPassword: 'another-one' };
  assert.is((await room.apply(snmp, withUsers(changed))).code, 0);
  await restart();
  await refused(as(bob), /Unknown user name/);
  await refused(as(ada), /Authentication failure/);
  assert.is((await walk(as(changed), '.1.3.6.1.2.1.1')).code, 0);
  assert.is(remembered('oldEngineID'), before.id);
  assert.ok(Number(remembered('engineBoots')) > before.boots);
});

test('a crash in the middle of saving brings no user back and loses no boot count', async () => {
  const kept = room.path(`${state}/snmpd.conf`);
  const boots = Number(remembered('engineBoots'));
  const id = remembered('oldEngineID');
  await room.run(['cp', '-p', `${state}/snmpd.conf`, `${state}/snmpd.3.conf`]);
  await room.run(['pkill', '-KILL', '-x', 'snmpd']);
  writeFileSync(kept, '');
  assert.is((await room.apply(snmp, withUsers(bob))).code, 0);
  await restart('KILL');
  await refused(as({ ...ada, authenticationPassword: 'another-one' }), /Unknown user name/);
  assert.is((await walk(as(bob), '.1.3.6.1.2.1.1')).code, 0);
  assert.is(remembered('oldEngineID'), id);
  assert.ok(Number(remembered('engineBoots')) > boots);
  assert.equal(
    readdirSync(room.path(state)).filter((name) => /\d\.conf|new/.test(name)),
    [],
  );
});

test('secrets are root’s, and snmpd has nothing to complain of', async () => {
  assert.is(statSync(room.path('/etc/snmp/users.conf')).mode & 0o777, 0o600);
  assert.is(statSync(room.path(`${state}/snmpd.conf`)).mode & 0o077, 0);
  assert.not.match(readFileSync(room.path('/etc/snmp/snmpd.conf'), 'utf8'), /battery|horse/);
  // Those who were refused above are all it tells of.
  const said = readFileSync(log, 'utf8').split('\n');
  assert.equal(
    said.filter((line) => !/^(Authentication failed for \w+|security service 3 error parsing ScopedPDU|)$/.test(line)),
    [],
  );
});

test('without users the port closes and the server stays off', async () => {
  await room.apply(snmp, defaultConfiguration);
  await restart();
  await room.run(['nft', '-f', '/etc/nftables.conf']);
  assert.not.match((await room.run(['nft', 'list', 'ruleset'])).said, /161/);
  await refused(as(bob), /Timeout|No response|Connection refused/);
});

test.after(() => room.close());

test.run();
