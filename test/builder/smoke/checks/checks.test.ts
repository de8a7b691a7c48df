import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { agent } from '../../../../src/builder/smoke/checks/agent.ts';
import { clock } from '../../../../src/builder/smoke/checks/clock.ts';
import { cloudInit, cloudInitSeconds, judgeStatus } from '../../../../src/builder/smoke/checks/cloud-init.ts';
import { judge } from '../../../../src/builder/smoke/checks/configuration.ts';
import { dataGrown } from '../../../../src/builder/smoke/checks/data-grown.ts';
import { firmware } from '../../../../src/builder/smoke/checks/firmware.ts';
import { checks } from '../../../../src/builder/smoke/checks/index.ts';
import { kernelLog, kernelTroubles } from '../../../../src/builder/smoke/checks/kernel-log.ts';
import { networkDriver } from '../../../../src/builder/smoke/checks/network-driver.ts';
import { listeners, openPorts } from '../../../../src/builder/smoke/checks/open-ports.ts';
import { kernelParameter, rootByPartuuid } from '../../../../src/builder/smoke/checks/root-by-partuuid.ts';
import { rootReadOnly } from '../../../../src/builder/smoke/checks/root-read-only.ts';
import { secureBoot } from '../../../../src/builder/smoke/checks/secure-boot.ts';
import { settings } from '../../../../src/builder/smoke/checks/settings.ts';
import { slotA } from '../../../../src/builder/smoke/checks/slot.ts';
import { systemRunning } from '../../../../src/builder/smoke/checks/system-running.ts';
import { ask, sampleGpt, sampleHardware } from './scripted-shell.ts';

test('ids are unique, and Secure Boot is asked for only where it should be on', () => {
  assert.is(new Set(checks.map(({ id }) => id)).size, checks.length);
  assert.is(secureBoot.appliesTo?.(sampleHardware), true);
  assert.is(secureBoot.appliesTo?.({ ...sampleHardware, firmware: 'uefi' }), false);
});

test('a failed unit is named with the end of its journal', async () => {
  const scripts = {
    'is-system-running': { code: 1, stdout: 'degraded\n', stderr: '' },
    'list-units': 'chrony.service loaded failed failed chrony, an NTP client\n',
    journalctl: 'Fatal error\n',
  };
  const { passed, detail } = await ask(systemRunning, scripts);
  assert.is(passed, false);
  assert.is(detail, 'failed: chrony.service\nchrony.service:\nFatal error');
  assert.is((await ask(systemRunning, { ...scripts, 'is-system-running': 'running', 'list-units': '' })).passed, true);
  assert.is(
    (await ask(systemRunning, { ...scripts, 'is-system-running': 'starting', 'list-units': '' })).passed,
    false,
  );
});

test('the configuration has to be the one handed over, once, by its channel', () => {
  const expected = { channel: 'ovf', settings: { role: 'test', ntp: { servers: ['a'] } } } as const;
  const history = JSON.stringify([{ version: 1, channel: 'ovf' }]);
  const inForce = (change: object): string =>
    JSON.stringify({ role: 'test', ntp: { servers: ['a'] }, hostname: 'x', ...change });
  assert.is(judge(history, inForce({}), expected).passed, true);
  assert.equal(judge(history, inForce({ ntp: { servers: ['b'] } }), expected), {
    passed: false,
    detail: 'not in force: /ntp/servers is ["b"]',
  });
  assert.is(judge(history, inForce({ ntp: null }), expected).passed, false);
  for (const wrong of ['[]', '[{"channel":"user-data"}]', '[{"channel":"ovf"},{"channel":"ovf"}]'])
    assert.match(judge(wrong, inForce({}), expected).detail, /^versions by .*; expected ovf$/);
  assert.is(judge('[]', inForce({}), null).passed, true);
  assert.is(judge(history, inForce({}), null).passed, false);
});

test('root is ext4 and read-only, as whole words', async () => {
  assert.is((await ask(rootReadOnly, { findmnt: 'ext4   ro,relatime' })).passed, true);
  assert.is((await ask(rootReadOnly, { findmnt: 'ext4   rw,errors=remount-ro' })).passed, false);
  assert.is((await ask(rootReadOnly, { findmnt: 'overlay ro' })).passed, false);
});

test('root has to be asked for by the partition identity it is mounted from', async () => {
  const guid = sampleGpt.partitions[2]?.guid.toLowerCase() ?? '';
  const scripts = { cmdline: `BOOT_IMAGE=x root=PARTUUID=${guid} ro`, findmnt: '/dev/sda3', lsblk: guid };
  assert.is((await ask(rootByPartuuid, scripts)).passed, true);
  assert.is((await ask(rootByPartuuid, { ...scripts, cmdline: 'root=/dev/sda3 ro' })).passed, false);
  const other = sampleGpt.partitions[3]?.guid.toLowerCase() ?? '';
  assert.is((await ask(rootByPartuuid, { ...scripts, lsblk: other })).passed, false);
});

test('the kernel takes the last value of a parameter', () => {
  assert.is(kernelParameter('a=1 kiln.slot=A b kiln.slot=B\n', 'kiln.slot'), 'B');
  assert.is(kernelParameter('xkiln.slot=A', 'kiln.slot'), undefined);
});

test('another slot than A, or none, fails', async () => {
  assert.is((await ask(slotA, { cmdline: 'ro kiln.slot=A' })).passed, true);
  assert.is((await ask(slotA, { cmdline: 'ro kiln.slot=B' })).passed, false);
  assert.is((await ask(slotA, { cmdline: 'ro' })).passed, false);
});

test('data has to reach the end of the disk, and its file system the end of data', async () => {
  const scripts = { findmnt: '/dev/nvme0n1p5', '/start': '9441280\n15724511\n25165824', 'df ': '7840000000' };
  assert.is((await ask(dataGrown, scripts)).passed, true);
  assert.is((await ask(dataGrown, { ...scripts, '/start': '9441280\n7333888\n25165824' })).passed, false);
  assert.is((await ask(dataGrown, { ...scripts, 'df ': '3600000000' })).passed, false);
  assert.is((await ask(dataGrown, { ...scripts, 'df ': 'garbage' })).passed, false);
});

const ss = [
  'udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:*',
  'udp UNCONN 0 0 10.0.2.15%ens4:68 0.0.0.0:*',
  'udp UNCONN 0 0 [fe80::1]%ens4:546 [::]:*',
  'udp UNCONN 0 0 [::1]:323 [::]:*',
  'tcp LISTEN 0 128 0.0.0.0:22 0.0.0.0:*',
  'tcp LISTEN 0 128 [::]:22 [::]:*',
  'tcp LISTEN 0 128 [::ffff:127.0.0.1]:8080 *:*',
].join('\n');

test('ports are told from loopback and counted once', () => {
  assert.equal(listeners(ss), ['tcp/22', 'udp/546', 'udp/68']);
  assert.equal(listeners('tcp LISTEN 0 5 *:9100 *:*'), ['tcp/9100']);
  assert.equal(listeners(''), []);
});

test('a port that no recipe names is named, and its protocol counts', async () => {
  assert.is((await ask(openPorts, { 'ss ': ss })).passed, true);
  const { passed, detail } = await ask(openPorts, {
    'ss ': `${ss}\ntcp LISTEN 0 5 *:161 *:*\nudp UNCONN 0 0 *:161 *:*`,
  });
  assert.is(passed, false);
  assert.match(detail, /tcp\/161$/);
});

test('Secure Boot is read from the firmware, and a missing variable is a failure to ask', async () => {
  assert.is((await ask(secureBoot, { 'od ': '   1\n' })).passed, true);
  assert.is((await ask(secureBoot, { 'od ': '   0\n' })).passed, false);
  const missing = { 'od ': { code: 1, stdout: '', stderr: 'od: no such file' } };
  const error = await ask(secureBoot, missing).catch((caught: unknown) => caught);
  assert.match((error as Error).message, /ended with code 1 .*no such file/);
});

test('a kernel started by the other firmware is told', async () => {
  assert.is((await ask(firmware, { efi: 'UEFI' }, { firmware: 'uefi' })).passed, true);
  assert.is((await ask(firmware, { efi: 'BIOS' }, { firmware: 'uefi' })).passed, false);
  assert.is((await ask(firmware, { efi: 'UEFI' }, { firmware: 'bios' })).passed, false);
});

test('the card needs its own driver and a link', async () => {
  assert.is((await ask(networkDriver, { '/sys/class/net': 'ens32 vmxnet3 up' })).passed, true);
  assert.is((await ask(networkDriver, { '/sys/class/net': 'ens32 vmxnet3 down' })).passed, false);
  const { passed, detail } = await ask(networkDriver, { '/sys/class/net': '' });
  assert.equal([passed, detail], [false, 'expected vmxnet3, up; found: no card']);
});

const stage = (start: number) => ({ start, finished: start + 2.5, errors: [], recoverable_errors: {} });
const finished = {
  v1: { datasource: 'DataSourceOVF [seed=iso]', stage: null, init: stage(10), 'init-local': stage(5), x: stage(20) },
};
const done = JSON.stringify(finished);

test('cloud-init has to be done by the datasource of the platform, without errors and warnings', async () => {
  const answer = await ask(cloudInit, { 'status.json': done });
  assert.equal(
    [answer.passed, answer.detail],
    [true, 'DataSourceOVF [seed=iso], found in 5.0 s; all stages took 7.5 s'],
  );
  assert.match(judgeStatus(done, 'DataSourceEc2').detail, 'the datasource is DataSourceOVF [seed=iso], expected');
  assert.match(judgeStatus(done.replace('22.5', 'null'), 'DataSourceOVF').detail, 'x has not finished');
  assert.is(judgeStatus(done.replace('[]', '["boom"]'), 'DataSourceOVF').passed, false);
  assert.match(judgeStatus(done.replace('{}', '{"WARNING":["late"]}'), 'DataSourceOVF').detail, 'late');
  assert.is(judgeStatus('null', 'DataSourceOVF').passed, false);
  assert.is(judgeStatus('Traceback', 'DataSourceOVF').passed, false);
  assert.is(cloudInitSeconds(done), 7.5);
  assert.is(cloudInitSeconds(done.replace('22.5', 'null')), null);
});

test('host name, address and gateway have to be those of the channel', async () => {
  const given = {
    hostname: 'smoke-x\n',
    'address show': '2: ens4    inet 10.0.2.78/24 brd 10.0.2.255 scope global ens4\\ valid_lft forever',
    'route show': 'default via 10.0.2.2 dev ens4',
  };
  assert.is((await ask(settings, given)).passed, true);
  assert.match((await ask(settings, { ...given, hostname: 'debian' })).detail, 'debian instead of smoke-x');
  const byDhcp = given['address show'].replace('.78/', '.15/');
  assert.match((await ask(settings, { ...given, 'address show': byDhcp })).detail, 'not 10.0.2.78/24');
  assert.match((await ask(settings, { ...given, 'route show': '' })).detail, 'no default route');
});

test('the clock has to follow the server of the channel, and to be right', async () => {
  const tracking = 'A,10.0.2.123,2,1790000000.1,0.000012,0.0,0.0,0.0,0.0,0.0,0.0,1.0,Normal';
  const now = (Date.now() / 1000).toFixed(3);
  const scripts = { tracking, 'date +': now };
  assert.match((await ask(clock, scripts)).detail, 'follows 10.0.2.123 (stratum 2)');
  assert.is((await ask(clock, { ...scripts, tracking: tracking.replace('Normal', 'Not synchronised') })).passed, false);
  assert.is((await ask(clock, { ...scripts, tracking: tracking.replace('10.0.2.123', '192.0.2.1') })).passed, false);
  assert.is((await ask(clock, { ...scripts, 'date +': '100.0' })).passed, false);
});

test('errors of the kernel are told, but for those that emulation explains', async () => {
  const quiet = {
    'dmesg --level': '[1.0] i801_smbus 0000:00:1f.3: SMBus base address uninitialized',
    dmesg: '[0] Linux',
  };
  assert.match((await ask(kernelLog, quiet)).detail, '1 that emulation explains');
  const loud = { 'dmesg --level': '[2.0] vmxnet3: failed to activate', dmesg: '[0] Linux' };
  assert.equal((await ask(kernelLog, loud)).passed, false);
  const deep = { 'dmesg --level': '', dmesg: '[3.0] EXT4-fs error (device vda5): bad header' };
  assert.match((await ask(kernelLog, deep)).detail, 'bad header');
});

test('a processor without time is no trouble of an emulated guest', () => {
  const lines = [
    'watchdog: BUG: soft lockup - CPU#0 stuck for 22s!',
    'Call Trace:',
    'rcu: INFO: rcu_preempt self-detected stall',
    'rcu: \t1-....: (3958 ticks',
  ];
  assert.equal(kernelTroubles(lines), lines);
  assert.equal(kernelTroubles(lines, { emulated: true }), []);
  assert.equal(kernelTroubles(['Oops: 0000', 'Call Trace:'], { emulated: true }), ['Oops: 0000', 'Call Trace:']);
});

test('a disk that is write-protected may say so', () => {
  const line = 'EXT4-fs (vda5): error: write access unavailable, EXT4-fs warning: read-only';
  assert.equal(kernelTroubles(['Call Trace:', line]).length, 2);
  assert.equal(kernelTroubles(['Call Trace:', line], { writeProtected: true }), ['Call Trace:']);
});

test('the agent has to say that the appliance is in service', async () => {
  const status = (inService: boolean) =>
    JSON.stringify({
      inService,
      firstInServiceSeconds: 31.4,
      checks: [{ id: 'time', verdict: 'failing', detail: 'the clock follows no time server' }],
    });
  const good = await ask(agent, { 'status --json': status(true) });
  assert.is(good.passed, true);
  assert.is(good.detail, 'in service 31 s after the kernel’s start; time: the clock follows no time server');
  assert.is((await ask(agent, { 'status --json': status(false) })).passed, false);
  assert.is((await ask(agent, { 'status --json': '' })).detail, 'the agent does not answer');
});

test.run();
