import type { DiskController, Hardware, NetworkCard } from './hardware.ts';
import { LOADER_DISK, needsLoaderDisk } from './loader-disk.ts';

/** QEMU's devices for a disk, up to where its own options go, and the Linux driver that must take the controller. */
const controllers: Readonly<Record<DiskController, { devices: readonly string[]; disk: string; driver: string }>> = {
  pvscsi: { devices: ['pvscsi,id=controller'], disk: 'scsi-hd,bus=controller.0', driver: 'vmw_pvscsi' },
  'lsi-sas': {
    devices: ['mptsas1068,id=controller'],
    disk: 'scsi-hd,bus=controller.0,wwn=0x5000c50015ea71ac',
    driver: 'mptsas',
  },
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

/** @param block name of the block node that holds the guest's disk */
export function diskDevices(hardware: Hardware, block: string): string[] {
  const { devices, disk } = controllers[hardware.controller];
  const loader = needsLoaderDisk(hardware);
  const own = loader ? `${disk},drive=${block},share-rw=on` : `${disk},drive=${block},bootindex=0`;
  const standIn = [
    'qemu-xhci,id=usb',
    `usb-storage,id=${LOADER_DISK},bus=usb.0,drive=${block},share-rw=on,bootindex=0`,
  ];
  return [...devices, own, ...(loader ? standIn : [])].flatMap((device) => ['-device', device]);
}

/** QEMU's device and the Linux driver that must take it. */
export const cards: Readonly<Record<NetworkCard, { device: string; driver: string }>> = {
  vmxnet3: { device: 'vmxnet3', driver: 'vmxnet3' },
  e1000: { device: 'e1000', driver: 'e1000' },
  e1000e: { device: 'e1000e', driver: 'e1000e' },
  'virtio-net': { device: 'virtio-net-pci', driver: 'virtio_net' },
};
