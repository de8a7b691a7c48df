import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { completeConfiguration } from '../../../src/contract/configuration/parse-configuration.ts';
import { type Access, actions, permission } from '../../../src/firmware/menu/access.ts';
import { PASSWORD, Sample } from './sample.ts';

const toNetwork = ['enter'] as const;
const toPassword = ["'3'", 'enter'] as const;
const times = (count: number, key: string): string[] => Array<string>(count).fill(key);

test('a fixed address is typed and becomes a configuration', async () => {
  const sample = await new Sample().press(
    ...toNetwork,
    ...['right', 'right', 'next', "'192.0.2.10/24'", 'enter', "'192.0.2.1'", 'enter', 'down'],
    ...["'192.0.2.53, 2001:db8::53'", 'enter', "'example.com'", 'enter', 'enter'],
  );
  assert.equal(sample.done, ['configured by somebody at the console']);
  assert.equal(sample.configuration.network, {
    ipv4: { method: 'static', address: '192.0.2.10/24', gateway: '192.0.2.1' },
    ipv6: null,
  });
  assert.equal(sample.configuration.dns, { servers: ['192.0.2.53', '2001:db8::53'], search: ['example.com'] });
  assert.match(sample.screen, 'Version 1 of the configuration is in force.');
  await sample.press('enter');
  assert.match(sample.screen, '> 1 Network');
});

test('a form begins with what is in force, and touches nothing else', async () => {
  const before = completeConfiguration({
    hostname: 'old',
    network: { ipv6: { method: 'static', address: '2001:db8::10/64' } },
    ntp: { servers: ['a.example', 'b.example'] },
    proxy: { url: 'http://proxy:3128', username: 'u', password: 'kept as it is' },
  });
  const sample = new Sample({}, undefined, before);
  await sample.press("'2'", 'enter');
  for (const text of ['old', 'a.example b.example']) assert.match(sample.screen, text);
  await sample.press('clear', "'new'", ...times(3, 'down'), 'enter');
  assert.equal(sample.configuration, { ...before, hostname: 'new' });
  await sample.press('enter', 'home', 'enter');
  assert.match(sample.screen, '2001:db8::10/64');
  await sample.press(...times(6, 'down'), 'enter');
  assert.equal(sample.configuration.network, { ipv4: null, ipv6: before.network.ipv6 });
});

test('mistakes stand under their fields, the first has the keys, and typing takes its mistake away', async () => {
  const sample = new Sample();
  await sample.press("'2'", 'enter', "'Not A Name'", 'down', 'down', "'::x'", 'down', 'enter');
  const lines = sample.screen.split('\n').map((line) => line.replace(/_+$/, ''));
  const at = lines.findIndex((line) => line.startsWith('> Host name'));
  assert.match(lines[at + 1] ?? '', '! expected a host name of lower-case letters');
  assert.equal(sample.done, []);
  await sample.press('clear', "'a-name'");
  assert.not.match(sample.screen, 'expected a host name of');
});

test('a change that could not be made says why, and what was typed is still there', async () => {
  const sample = new Sample();
  sample.fails = 'networkctl said no';
  await sample.press("'2'", 'enter', "'new-name'", ...times(3, 'down'), 'enter');
  assert.match(sample.screen, 'networkctl said no');
  await sample.press('enter');
  assert.match(sample.screen, 'new-name');
});

test('leaving a form changes nothing', async () => {
  const sample = await new Sample().press("'2'", 'enter', "'x'", 'escape', 'enter', 'up', 'enter', 'escape');
  assert.equal(sample.done, ['leave']);
});

test('the first password: long enough, twice the same, never seen', async () => {
  const sample = await new Sample().press(...toPassword, "'short'", 'down', "'short'", 'down', 'enter');
  assert.match(sample.screen, '15 characters or more are needed; these are 5');
  await sample.press('clear', `'${PASSWORD}'`, 'down', 'clear', "'another'", 'down', 'enter');
  assert.match(sample.screen, 'this is not the same');
  await sample.press('clear', `'${PASSWORD}'`, 'down');
  assert.not.match(sample.screen, 'horse');
  assert.equal(sample.done, []);
  await sample.press('enter');
  assert.equal(sample.done, [`password ${PASSWORD}`]);
});

test('once there is a password every change asks for it, once', async () => {
  const sample = await new Sample({ access: 'password' }).press(...toNetwork);
  assert.match(sample.screen, 'The password of the account admin is needed');
  await sample.press("'wrong'", 'enter');
  assert.match(sample.screen, '! This is not the password.');
  assert.not.match(sample.screen, '\\*\\*\\*');
  await sample.press(`'${PASSWORD}'`, 'enter');
  assert.match(sample.screen, 'IPv4');
  await sample.press(...times(6, 'down'), 'escape', "'8'", 'enter', 'right', 'enter');
  assert.equal(sample.done, ['restart']);
});

test('without it one can look, and nothing else', async () => {
  for (let number = 1; number <= 9; number += 1) {
    const sample = await new Sample({ access: 'password' }).press(`'${number}'`, 'enter');
    const looks = number === 4 || number === 5;
    assert.is(sample.screen.includes('The password of the account'), !looks, sample.screen);
    assert.equal(sample.done, []);
  }
});

test('an appliance that only keys open lets nobody at the console make a way in', async () => {
  const sample = await new Sample({ access: 'keys' }).press(...toPassword);
  assert.match(sample.screen, 'sudo passwd admin');
  await sample.press('enter', "'6'", 'enter');
  assert.match(sample.screen, 'sudo passwd admin');
  await sample.press('enter', 'home', 'enter');
  assert.match(sample.screen, 'IPv4');
});

test('a way in that came while a form was open counts', async () => {
  const sample = await new Sample().press(...toPassword, `'${PASSWORD}'`, 'down', `'${PASSWORD}'`, 'down');
  sample.facts = { ...sample.facts, access: 'keys' };
  await sample.press('enter');
  assert.match(sample.screen, 'The password of the administrator is needed by now.');
  assert.equal(sample.done, []);
});

test('what is allowed to whom', () => {
  const table = (access: Access): string => actions.map((action) => permission(action, access)).join(' ');
  assert.is(table('open'), Array<string>(actions.length).fill('allowed').join(' '));
  assert.is(table('password'), ['allowed', ...Array<string>(actions.length - 1).fill('ask')].join(' '));
  assert.is(table('keys'), 'allowed allowed refused refused refused allowed allowed allowed allowed');
});

test('a change of the network is kept or undone, also later from the menu', async () => {
  const sample = new Sample();
  sample.confirmSeconds = 120;
  await sample.press(...toNetwork, 'right', ...times(4, 'down'), 'enter', 'enter');
  assert.equal(sample.done, ['configured by somebody at the console', 'confirm']);
  assert.match(sample.screen, 'The change is kept.');
  const later = new Sample({ confirmBefore: 1 });
  later.confirmSeconds = 120;
  await later.press('home', 'enter', 'right', 'enter');
  assert.equal(later.done, ['revert']);
});

test('back to an earlier version, after a question', async () => {
  const sample = await new Sample().press("'6'", 'enter', 'down', 'enter');
  assert.match(sample.screen, 'version 1  2026-01-01 00:00 UTC, set by ada, appliancectl');
  await sample.press('enter');
  assert.equal(sample.done, []);
  await sample.press('enter', 'right', 'enter');
  assert.equal(sample.done, ['rollback 1']);
});

test('out of service and back', async () => {
  const sample = await new Sample().press("'7'", 'enter');
  assert.match(sample.screen, '7 Back into service');
  assert.match(sample.screen, 'Drained by an operator');
  assert.match((await sample.press('enter')).screen, '7 Out of service');
});

test('power off asks first, and the harmless answer is chosen', async () => {
  const sample = await new Sample().press("'9'", 'enter', 'enter');
  assert.equal(sample.done, []);
  await sample.press('enter', 'left', 'enter');
  assert.equal(sample.done, ['power off']);
});

test.run();
