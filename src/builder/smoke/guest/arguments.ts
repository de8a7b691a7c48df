import type { Accelerator } from '../accelerator.ts';
import type { DiskController, Hardware, NetworkCard, SmbiosIdentity } from './hardware.ts';
import { LOADER_DISK, needsLoaderDisk } from './loader-disk.ts';

/** Files of one guest: names inside its folder, which QEMU is started in. Sockets there have no length limit to fear. */
export const guestFiles = {
  disk: 'disk.qcow2',
  seed: 'seed.iso',
  firmwareVariables: 'efi-vars.fd',
  serialSocket: 'serial.sock',
  controlSocket: 'qmp.sock',
  screenshot: 'screen.png',
} as const;

const firmwareFolder = '/usr/share/OVMF';

/** OVMF's code and the variables a machine starts with, by firmware; Debian package ovmf. */
export const ovmf = {
  uefi: { code: `${firmwareFolder}/OVMF_CODE_4M.fd`, variables: `${firmwareFolder}/OVMF_VARS_4M.fd` },
  'uefi-secure-boot': {
    code: `${firmwareFolder}/OVMF_CODE_4M.secboot.fd`,
    // With Microsoft's keys enrolled, as every platform's firmware has them.
    variables: `${firmwareFolder}/OVMF_VARS_4M.ms.fd`,
  },
} as const;

/**
 * The command line of a guest. Both sockets are ours to listen on before QEMU starts, so nothing of the console is lost.
 * @param name of the guest, shown by ps(1)
 */
export function qemuArguments(
  name: string,
  hardware: Hardware,
  accelerator: Accelerator['name'],
): [string, ...string[]] {
  return [
    'qemu-system-x86_64',
    ...['-name', `kiln-smoke-${name}`, '-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'std'],
    ...machine(hardware),
    ...acceleration[accelerator],
    ...['-smp', String(hardware.cpus), '-m', `${Math.floor(hardware.memoryBytes / 2 ** 20)}M`, '-rtc', 'base=utc'],
    ...firmware(hardware),
    // The overlay dies with the run: there is no need that it reaches the host's disk.
    ...['-blockdev', `driver=qcow2,node-name=disk,file.driver=file,file.filename=${guestFiles.disk},${unsafe}`],
    ...diskDevices(hardware),
    ...['-drive', `if=none,id=seed,file=${guestFiles.seed},format=raw,readonly=on`],
    ...['-device', `ide-cd,drive=seed,bus=ide.1`],
    // Without QEMU's own boot ROM, which no platform has.
    // restrict: a guest that reaches the world would pass or fail with it. Port 0 lets the host choose a free one.
    ...['-netdev', 'user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:0-:22'],
    ...['-device', `${cards[hardware.card].device},netdev=net,romfile=`],
    ...smbios(hardware.smbios),
    ...['-chardev', `socket,id=serial,path=${guestFiles.serialSocket}`, '-serial', 'chardev:serial'],
    ...['-chardev', `socket,id=qmp,path=${guestFiles.controlSocket}`, '-mon', 'chardev=qmp,mode=control'],
  ];
}

const acceleration: Readonly<Record<Accelerator['name'], readonly string[]>> = {
  kvm: ['-accel', 'kvm', '-cpu', 'host'],
  tcg: ['-accel', 'tcg,thread=multi', '-cpu', 'max'],
};

/** Old machines have a BIOS and an i440FX chipset, new ones UEFI and Q35; Secure Boot keeps its variables by SMM. */
function machine({ firmware }: Hardware): string[] {
  if (firmware === 'bios') return ['-machine', 'pc'];
  return ['-machine', firmware === 'uefi-secure-boot' ? 'q35,smm=on' : 'q35'];
}

function firmware(hardware: Hardware): string[] {
  if (hardware.firmware === 'bios') return [];
  const secure = ['-global', 'driver=cfi.pflash01,property=secure,value=on'];
  return [
    ...(hardware.firmware === 'uefi-secure-boot' ? secure : []),
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${ovmf[hardware.firmware].code}`],
    ...['-drive', `if=pflash,unit=1,format=raw,file=${guestFiles.firmwareVariables}`],
  ];
}

/** Flushes are not waited for, as `cache=unsafe` does it with -drive. */
const unsafe = 'cache.no-flush=on,file.cache.no-flush=on';

/** QEMU's devices for a disk, up to where its own options go, and the Linux driver that must take the controller. */
const controllers: Readonly<Record<DiskController, { devices: readonly string[]; disk: string; driver: string }>> = {
  pvscsi: { devices: ['pvscsi,id=controller'], disk: 'scsi-hd,bus=controller.0', driver: 'vmw_pvscsi' },
  'lsi-sas': { devices: ['mptsas1068,id=controller'], disk: 'scsi-hd,bus=controller.0', driver: 'mptsas' },
  ahci: { devices: ['ahci,id=controller'], disk: 'ide-hd,bus=controller.0', driver: 'ahci' },
  // The chipset's own controller: IDE on "pc".
  ide: { devices: [], disk: 'ide-hd,bus=ide.0', driver: 'ata_piix' },
  nvme: { devices: [], disk: 'nvme,serial=kiln', driver: 'nvme' },
  'virtio-scsi': { devices: ['virtio-scsi-pci,id=controller'], disk: 'scsi-hd,bus=controller.0', driver: 'virtio-pci' },
  'virtio-blk': { devices: [], disk: 'virtio-blk-pci', driver: 'virtio-pci' },
};

/** The Linux driver that must take a controller. */
export function controllerDriver(controller: DiskController): string {
  return controllers[controller].driver;
}

function diskDevices(hardware: Hardware): string[] {
  const { devices, disk } = controllers[hardware.controller];
  const loader = needsLoaderDisk(hardware);
  const own = loader ? `${disk},drive=disk,share-rw=on` : `${disk},drive=disk,bootindex=0`;
  const standIn = ['qemu-xhci,id=usb', `usb-storage,id=${LOADER_DISK},bus=usb.0,drive=disk,share-rw=on,bootindex=0`];
  return [...devices, own, ...(loader ? standIn : [])].flatMap((device) => ['-device', device]);
}

/** QEMU's device and the Linux driver that must take it. */
export const cards: Readonly<Record<NetworkCard, { device: string; driver: string }>> = {
  vmxnet3: { device: 'vmxnet3', driver: 'vmxnet3' },
  e1000: { device: 'e1000', driver: 'e1000' },
  e1000e: { device: 'e1000e', driver: 'e1000e' },
  'virtio-net': { device: 'virtio-net-pci', driver: 'virtio_net' },
};

function smbios({ manufacturer, product, serial }: SmbiosIdentity): string[] {
  const fields = Object.entries({ manufacturer, product, serial }).filter((field) => field[1] !== undefined);
  if (fields.length === 0) return [];
  // A comma inside a value is written twice; see qemu(1).
  const text = fields.map(([key, value]) => `${key}=${String(value).replaceAll(',', ',,')}`);
  return ['-smbios', `type=1,${text.join(',')}`];
}
