import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deadEnd } from '../../../../src/builder/smoke/guest/dead-end.ts';
import type { Hardware } from '../../../../src/builder/smoke/guest/hardware.ts';
import { inKernel, needsLoaderDisk } from '../../../../src/builder/smoke/guest/loader-disk.ts';

test('lines that mean the boot has failed are known, and others are not taken for them', () => {
  assert.match(deadEnd('BdsDxe: No bootable option or device was found.') ?? '', 'nothing to boot');
  assert.match(deadEnd('[    3.1] Kernel panic - not syncing: VFS: Unable to mount root fs') ?? '', 'panicked');
  assert.match(deadEnd('ALERT!  PARTUUID=91b88ade-15a3 does not exist.  Dropping to a shell!') ?? '', 'root partition');
  assert.match(deadEnd('Slot A holds no system that can be started; starting over') ?? '', 'slot');
  assert.match(deadEnd('BdsDxe: failed to start Boot0001 "UEFI disk": Security Violation') ?? '', 'Secure Boot');
  assert.is(deadEnd('BdsDxe: failed to start Boot0007 "EFI Internal Shell": Security Violation'), undefined);
  assert.match(deadEnd('[  242.549343] reboot: Restarting system') ?? '', 'restarted');
  for (const line of [
    'reboot: Power down',
    'Starting slot A',
    'EFI stub: UEFI Secure Boot is enabled.',
    'smoke login: ',
  ]) {
    assert.is(deadEnd(line), undefined, line);
  }
});

test('a processor is in the kernel when its instruction pointer is in the upper half', () => {
  assert.ok(inKernel('RAX=0000000000000000\r\nRIP=ffffffff9a401234 RFL=00000246'));
  assert.not.ok(inKernel('RIP=000000007e8b2c31 RFL=00000246'));
  assert.not.ok(inKernel('EIP=0000fff0 EFL=00000002'));
  assert.not.ok(inKernel(''));
});

test('only UEFI needs a stand-in, and only for controllers it has no driver for', () => {
  const hardware: Hardware = {
    firmware: 'uefi-secure-boot',
    controller: 'pvscsi',
    card: 'vmxnet3',
    mac: '00:50:56:00:00:01',
    cpus: 1,
    memoryBytes: 1,
    smbios: {},
  };
  assert.is(needsLoaderDisk(hardware), true);
  assert.is(needsLoaderDisk({ ...hardware, firmware: 'bios' }), false);
  assert.is(needsLoaderDisk({ ...hardware, controller: 'nvme' }), false);
});

test.run();
