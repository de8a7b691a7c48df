import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactKinds } from '../../../../src/builder/names.ts';
import { type Machine, qemuArguments } from '../../../../src/builder/smoke/guest/arguments.ts';
import { plainNetwork } from '../../../../src/builder/smoke/guest/network.ts';
import type { OvfMachine } from '../../../../src/builder/smoke/open/ovf-machine.ts';
import { profiles, profilesOf } from '../../../../src/builder/smoke/profiles/index.ts';
import { caught } from '../../../support/caught.ts';

const machines: Readonly<Record<string, OvfMachine>> = {
  vmware: { firmware: 'uefi-secure-boot', controller: 'pvscsi', card: 'vmxnet3', cpus: 4, memoryBytes: 2 ** 32 },
  desktop: { firmware: 'bios', controller: 'ahci', card: 'e1000', cpus: 1, memoryBytes: 2 ** 30 },
};

const ovf = (id: string): OvfMachine | undefined => machines[id.split('-')[0] ?? ''];

function machine(id: string, changes: Partial<Machine> = {}): Machine {
  const profile = profiles.find((one) => one.id === id);
  if (profile === undefined) throw new Error(id);
  return { name: id, hardware: profile.hardware(ovf(id)), network: plainNetwork, disc: true, disk: {}, ...changes };
}

/** The part of a command line that differs between profiles: machine, firmware, disk, card, identity. */
function differing(id: string): string {
  const options = joined(qemuArguments(machine(id), 'tcg'));
  const same =
    /^-(name|nodefaults|no-user-config|display|vga|pidfile|accel|cpu|rtc|chardev|serial|mon|netdev)|id=seed|drive=seed|node-name=disk|isa-debugcon/;
  return options.filter((option) => !same.test(option)).join('\n');
}

/** Each option with its value. */
function joined(argv: readonly string[]): string[] {
  return argv.slice(1).reduce<string[]>((out, word) => {
    if (word.startsWith('-')) out.push(word);
    else out.push(`${out.pop() ?? ''} ${word}`);
    return out;
  }, []);
}

const uefi = (code: string) => [
  `-drive if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/${code}`,
  '-drive if=pflash,unit=1,format=raw,file=efi-vars.fd',
];
const secure = ['-global driver=cfi.pflash01,property=secure,value=on', ...uefi('OVMF_CODE_4M.secboot.fd')];
const usual = '-smp 2\n-m 1024M';
const scsi = '-device scsi-hd,bus=controller.0,drive=disk,bootindex=0';
const microsoft = '-smbios type=1,manufacturer=Microsoft Corporation,product=Virtual Machine';

const disk = (controller: string) => `-device ${controller},drive=disk,bootindex=0`;
const card = (device: string, mac: string) => `-device ${device},netdev=net,mac=${mac},romfile=`;
const chassis = 'asset=7783-7084-3265-9085-8269-3286-77';
const ownTag = '-smbios type=3,asset=0000-0015-5D4B-494C';
const azureId = '-smbios type=1,uuid=4b494c4e-0000-4000-8000-00000000a2e1';
const virtualBox = '-smbios type=1,manufacturer=innotek GmbH,product=VirtualBox';
const oneCpu = '-smp 1\n-m 1024M';
const amazon = [
  disk('nvme,serial=kiln'),
  card('virtio-net-pci', '02:4b:49:4c:4e:02'),
  '-smbios type=1,manufacturer=Amazon EC2,product=m6i.large,serial=ec24b494-c4e0-4b49-8c4e-004b494c4e00,uuid=ec24b494-c4e0-4b49-8c4e-004b494c4e00',
  '-smbios type=3,asset=Amazon EC2',
];
const virtio = ['-machine pc', usual, disk('virtio-blk-pci'), card('virtio-net-pci', '52:54:00:4b:49:4c')];

const expected: Readonly<Record<string, readonly string[]>> = {
  vmware: [
    '-machine q35,smm=on',
    '-smp 4\n-m 4096M',
    ...secure,
    '-device pvscsi,id=controller',
    '-device scsi-hd,bus=controller.0,drive=disk,share-rw=on',
    '-device qemu-xhci,id=usb',
    '-device usb-storage,id=loader,bus=usb.0,drive=disk,share-rw=on,bootindex=0',
    card('vmxnet3', '00:50:56:4b:49:4c'),
    '-smbios type=1,manufacturer=VMware,, Inc.,product=VMware7,,1',
  ],
  desktop: [
    ...['-machine pc', oneCpu, '-device ahci,id=controller', disk('ide-hd,bus=controller.0')],
    ...[card('e1000', '08:00:27:4b:49:4c'), virtualBox],
  ],
  'desktop-uefi': [
    ...['-machine q35', oneCpu, ...uefi('OVMF_CODE_4M.fd')],
    ...['-device ahci,id=controller', disk('ide-hd,bus=controller.0')],
    ...[card('e1000', '08:00:27:4b:49:4c'), virtualBox],
  ],
  'desktop-lsi-sas': [
    ...['-machine pc', oneCpu, '-device mptsas1068,id=controller'],
    disk('scsi-hd,bus=controller.0,wwn=0x5000c50015ea71ac'),
    ...[card('e1000', '08:00:27:4b:49:4c'), virtualBox],
  ],
  hyperv: [
    ...['-machine q35,smm=on', usual, ...secure],
    ...['-device ahci,id=controller', disk('ide-hd,bus=controller.0')],
    ...[card('e1000e', '00:15:5d:4b:49:4c'), `${microsoft},version=Hyper-V UEFI Release v4.1`],
    ownTag,
  ],
  'hyperv-gen1': [
    ...['-machine pc', usual, disk('ide-hd,bus=ide.0')],
    ...[card('e1000', '00:15:5d:4b:49:4c'), `${microsoft},version=VS2005R2`],
    ownTag,
  ],
  azure: [
    ...['-machine pc', usual, disk('ide-hd,bus=ide.0')],
    ...[card('virtio-net-pci', '00:0d:3a:4b:49:4c'), azureId, `-smbios type=3,${chassis}`],
  ],
  'azure-gen2': [
    ...['-machine q35,smm=on', usual, ...secure, disk('nvme,serial=kiln')],
    ...[
      card('virtio-net-pci', '00:0d:3a:4b:49:4c'),
      `${microsoft},version=Hyper-V UEFI Release v4.1,uuid=4b494c4e-0000-4000-8000-00000000a2e1`,
    ],
    `-smbios type=3,${chassis}`,
  ],
  aws: ['-machine q35', usual, ...uefi('OVMF_CODE_4M.fd'), ...amazon],
  'aws-bios': ['-machine pc', usual, ...amazon],
  gce: [
    ...['-machine q35,smm=on', usual, ...secure],
    ...['-device virtio-scsi-pci,id=controller', scsi, card('virtio-net-pci', '42:01:0a:4b:49:4c')],
    '-smbios type=1,manufacturer=Google,product=Google Compute Engine,serial=GoogleCloud-4B494C4E',
  ],
  kvm: virtio,
  'kvm-bare': virtio,
};

for (const { id } of profiles) {
  test(`the ${id} guest sees its platform's machine`, () => {
    assert.is(differing(id), expected[id]?.join('\n'));
  });
}

test('every artifact has a profile, and BIOS and Secure Boot are both covered', () => {
  for (const kind of artifactKinds) assert.ok(profilesOf(kind).length > 0, kind);
  const firmware = profiles.map(({ id, hardware }) => hardware(ovf(id)).firmware);
  assert.ok(firmware.includes('bios') && firmware.includes('uefi-secure-boot'));
  assert.is(new Set(profiles.map(({ id }) => id)).size, profiles.length);
});

test('an IDE disk under Microsoft’s identity has the version Linux makes an exception for', () => {
  for (const { id, hardware } of profiles) {
    const { controller, smbios } = hardware(ovf(id));
    if (controller !== 'ide' || smbios.manufacturer === undefined) continue;
    assert.equal([id, smbios.version], ['hyperv-gen1', 'VS2005R2']);
  }
});

test('an OVA without a descriptor gives no machine', async () => {
  await caught('release-invalid', () => profilesOf('vmware')[0]?.hardware(undefined));
});

test('the network reaches the host alone, and the host the guest on loopback alone', () => {
  const argv = qemuArguments(machine('kvm'), 'kvm');
  assert.ok(argv.includes('user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-10.0.2.15:22'));
  assert.is(argv[argv.indexOf('-accel') + 1], 'kvm');
});

test('services are forwarded one program a connection, and a neighbour shares the cable', () => {
  const network = {
    ...plainNetwork,
    kind: 'cloud',
    address: '160.0.0.15',
    forwards: [{ address: '169.254.169.254', port: 80, hostPort: 4321 }],
    neighbour: ['160.0.0.123'],
  } as const;
  const options = joined(qemuArguments(machine('aws', { network }), 'tcg')).filter((one) => one.startsWith('-netdev'));
  assert.equal(options, [
    '-netdev user,id=user,restrict=on,hostfwd=tcp:127.0.0.1:0-160.0.0.15:22,net=160.0.0.0/4,host=160.0.0.2,dns=160.0.0.3,dhcpstart=160.0.0.15,guestfwd=tcp:169.254.169.254:80-cmd:nc -N 127.0.0.1 4321',
    '-netdev hubport,id=hub-user,hubid=0,netdev=user',
    '-netdev stream,id=near,server=off,addr.type=unix,addr.path=neighbour.sock',
    '-netdev hubport,id=hub-near,hubid=0,netdev=near',
    '-netdev hubport,id=net,hubid=0',
  ]);
});

test('a cable nobody answers on has no user network', () => {
  const network = { ...plainNetwork, kind: 'silent' } as const;
  const argv = qemuArguments(machine('kvm', { network }), 'tcg');
  assert.not.ok(argv.some((word) => word.startsWith('user,')));
  assert.ok(argv.includes('hubport,id=net,hubid=0'));
});

test('a guest with a platform’s identity is not told by its processor that it runs on QEMU', () => {
  const processor = (id: string, name: 'kvm' | 'tcg'): string | undefined => {
    const argv = qemuArguments(machine(id), name);
    return argv[argv.indexOf('-cpu') + 1];
  };
  assert.equal(
    [processor('vmware', 'tcg'), processor('vmware', 'kvm')],
    ['max,erms=off,fsrm=off,tcg-cpuid=off', 'host,kvm=off'],
  );
  assert.equal([processor('kvm', 'tcg'), processor('kvm', 'kvm')], ['max,erms=off,fsrm=off', 'host']);
});

test('no two emulated processors run at once: one would meet the code another is rewriting', () => {
  const argv = qemuArguments(machine('kvm'), 'tcg');
  assert.is(argv[argv.indexOf('-accel') + 1], 'tcg,thread=single');
});

test('a disk whose guest may lose its power keeps what was flushed; a protected one is not written', () => {
  const disk = (changes: Machine['disk']): string =>
    qemuArguments(machine('kvm', { disk: changes }), 'tcg').find((word) => word.includes('node-name=disk')) ?? '';
  assert.match(disk({}), 'cache.no-flush=on');
  assert.not.match(disk({ durable: true }), 'no-flush');
  assert.match(disk({ writeProtected: true }), 'read-only=on');
});

test('a second disc has a drive of its own on either chipset', () => {
  const drive = (id: string): string | undefined =>
    qemuArguments(machine(id, { configurationDisc: true }), 'tcg').find((word) => word.startsWith('ide-cd,drive=conf'));
  assert.is(drive('desktop'), 'ide-cd,drive=configuration,bus=ide.1,unit=1');
  assert.is(drive('desktop-uefi'), 'ide-cd,drive=configuration,bus=ide.2');
});

test('without a disc there is no drive, and the clock says what it is told', () => {
  const argv = qemuArguments(machine('kvm', { disc: false, clock: '1970-01-01T00:00:00' }), 'tcg');
  assert.not.ok(argv.some((word) => word.includes('seed')));
  assert.is(argv[argv.indexOf('-rtc') + 1], 'base=1970-01-01T00:00:00');
});

test.run();
