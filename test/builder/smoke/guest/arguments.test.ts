import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactKinds } from '../../../../src/builder/names.ts';
import { qemuArguments } from '../../../../src/builder/smoke/guest/arguments.ts';
import type { OvfMachine } from '../../../../src/builder/smoke/open/ovf-machine.ts';
import { profiles, profilesOf } from '../../../../src/builder/smoke/profiles/index.ts';
import { caught } from '../../../support/caught.ts';

const machines: Readonly<Record<string, OvfMachine>> = {
  vmware: { firmware: 'uefi-secure-boot', controller: 'pvscsi', card: 'vmxnet3', cpus: 4, memoryBytes: 2 ** 32 },
  desktop: { firmware: 'bios', controller: 'ahci', card: 'e1000', cpus: 1, memoryBytes: 2 ** 30 },
};

/** The part of a command line that differs between profiles: machine, firmware, disk, card, identity. */
function differing(id: string): string {
  const profile = profiles.find((one) => one.id === id);
  if (profile === undefined) throw new Error(id);
  const argv = qemuArguments(id, profile.hardware(machines[id]), 'tcg');
  const options = argv.slice(1).reduce<string[]>((out, word) => {
    if (word.startsWith('-')) out.push(word);
    else out.push(`${out.pop() ?? ''} ${word}`);
    return out;
  }, []);
  const same =
    /^-(name|nodefaults|no-user-config|display|vga|accel|cpu|rtc|chardev|serial|mon|netdev)|id=seed|drive=seed|node-name=disk/;
  return options.filter((option) => !same.test(option)).join('\n');
}

const uefi = (code: string) => [
  `-drive if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/${code}`,
  '-drive if=pflash,unit=1,format=raw,file=efi-vars.fd',
];
const secure = ['-global driver=cfi.pflash01,property=secure,value=on', ...uefi('OVMF_CODE_4M.secboot.fd')];
const usual = '-smp 2\n-m 1024M';
const scsi = '-device scsi-hd,bus=controller.0,drive=disk,bootindex=0';
const microsoft = '-smbios type=1,manufacturer=Microsoft Corporation,product=Virtual Machine';

const expected: Readonly<Record<string, readonly string[]>> = {
  vmware: [
    '-machine q35,smm=on',
    '-smp 4\n-m 4096M',
    ...secure,
    '-device pvscsi,id=controller',
    '-device scsi-hd,bus=controller.0,drive=disk,share-rw=on',
    '-device qemu-xhci,id=usb',
    '-device usb-storage,id=loader,bus=usb.0,drive=disk,share-rw=on,bootindex=0',
    '-device vmxnet3,netdev=net,romfile=',
    '-smbios type=1,manufacturer=VMware,, Inc.,product=VMware7,,1',
  ],
  desktop: [
    '-machine pc',
    '-smp 1\n-m 1024M',
    '-device ahci,id=controller',
    '-device ide-hd,bus=controller.0,drive=disk,bootindex=0',
    '-device e1000,netdev=net,romfile=',
    '-smbios type=1,manufacturer=innotek GmbH,product=VirtualBox',
  ],
  hyperv: [
    '-machine q35,smm=on',
    usual,
    ...secure,
    '-device ahci,id=controller',
    '-device ide-hd,bus=controller.0,drive=disk,bootindex=0',
    '-device e1000e,netdev=net,romfile=',
    microsoft,
  ],
  azure: [
    '-machine pc',
    usual,
    '-device ide-hd,bus=ide.0,drive=disk,bootindex=0',
    '-device virtio-net-pci,netdev=net,romfile=',
  ],
  aws: [
    '-machine q35',
    usual,
    ...uefi('OVMF_CODE_4M.fd'),
    '-device nvme,serial=kiln,drive=disk,bootindex=0',
    '-device virtio-net-pci,netdev=net,romfile=',
  ],
  gce: [
    '-machine q35,smm=on',
    usual,
    ...secure,
    '-device virtio-scsi-pci,id=controller',
    scsi,
    '-device virtio-net-pci,netdev=net,romfile=',
  ],
  kvm: [
    '-machine pc',
    usual,
    '-device virtio-blk-pci,drive=disk,bootindex=0',
    '-device virtio-net-pci,netdev=net,romfile=',
  ],
};

for (const { id } of profiles) {
  test(`the ${id} guest sees its platform's machine`, () => {
    assert.is(differing(id), expected[id]?.join('\n'));
  });
}

test('every artifact has a profile, and BIOS and Secure Boot are both covered', () => {
  for (const kind of artifactKinds) assert.ok(profilesOf(kind).length > 0, kind);
  const firmware = profiles.map((profile) => profile.hardware(machines[profile.id]).firmware);
  assert.ok(firmware.includes('bios') && firmware.includes('uefi-secure-boot'));
  assert.is(new Set(profiles.map(({ id }) => id)).size, profiles.length);
});

test('no profile takes the identity of a cloud whose metadata service is not there', () => {
  for (const profile of profiles) {
    const { manufacturer = '' } = profile.hardware(machines[profile.id]).smbios;
    assert.not.match(manufacturer, /Amazon|Google/);
  }
});

test('no guest has Microsoft’s identity and an IDE disk: Linux leaves such disks to VMBus', () => {
  for (const profile of profiles) {
    const { controller, smbios } = profile.hardware(machines[profile.id]);
    assert.not.ok(controller === 'ide' && smbios.manufacturer?.startsWith('Microsoft'), profile.id);
  }
});

test('an OVA without a descriptor gives no machine', async () => {
  await caught('release-invalid', () => profilesOf('vmware')[0]?.hardware(undefined));
});

test('the network reaches the host alone, and the host the guest on loopback alone', () => {
  const [profile] = profilesOf('kvm');
  if (profile === undefined) throw new Error('no profile');
  const argv = qemuArguments('kvm', profile.hardware(undefined), 'kvm');
  assert.ok(argv.includes('user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:22'));
  assert.is(argv[argv.indexOf('-accel') + 1], 'kvm');
});

test.run();
