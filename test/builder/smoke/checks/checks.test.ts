import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cloudInit, judgeStatus } from '../../../../src/builder/smoke/checks/cloud-init.ts';
import { dataGrown } from '../../../../src/builder/smoke/checks/data-grown.ts';
import { firmware } from '../../../../src/builder/smoke/checks/firmware.ts';
import { checks } from '../../../../src/builder/smoke/checks/index.ts';
import { networkDriver } from '../../../../src/builder/smoke/checks/network-driver.ts';
import { listeners, openPorts } from '../../../../src/builder/smoke/checks/open-ports.ts';
import { kernelParameter, rootByPartuuid } from '../../../../src/builder/smoke/checks/root-by-partuuid.ts';
import { rootReadOnly } from '../../../../src/builder/smoke/checks/root-read-only.ts';
import { secureBoot } from '../../../../src/builder/smoke/checks/secure-boot.ts';
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

const done = JSON.stringify({ status: 'done', errors: [], recoverable_errors: {}, detail: 'DataSourceNoCloud' });

test('cloud-init has to be done, without errors and warnings, with the host name applied', async () => {
  assert.is((await ask(cloudInit, { 'cloud-init': done, hostname: 'smoke-x' })).passed, true);
  const other = await ask(cloudInit, { 'cloud-init': done, hostname: 'debian' });
  assert.equal([other.passed, other.detail], [false, 'the host name is debian instead of smoke-x']);
  assert.is(judgeStatus(done.replace('"done"', '"error"')).passed, false);
  assert.is(judgeStatus(done.replace('[]', '["boom"]')).passed, false);
  assert.match(judgeStatus(done.replace('{}', '{"WARNING":["late"]}')).detail, 'late');
  assert.is(judgeStatus('null').passed, false);
  assert.is(judgeStatus('Traceback').passed, false);
});

test.run();
