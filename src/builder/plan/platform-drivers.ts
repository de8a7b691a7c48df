import type { ArtifactKind } from '../names.ts';

/** Kernel modules, by name, that an image must hold to come up on a platform. One that is built in counts. */
export interface PlatformDrivers {
  /** From the bus to the disk: all of them in the initramfs, or the root is not found. */
  readonly root: readonly string[];
  /** In the initramfs too: who is dropped to its shell has to type. */
  readonly keyboard: readonly string[];
  /** In the initramfs as well: cloud-init asks its datasource early and does not wait for a card. */
  readonly network: readonly string[];
  /** Cards that the platform adds beside one of `network`; they may come late. */
  readonly accelerated?: readonly string[];
  /** Serial ports. Screens are the firmware's own frame buffer, whose driver every kernel here has built in. */
  readonly console: readonly string[];
}

const scsiDisk = ['sd_mod', 'sr_mod'];
const usbKeyboard = ['xhci_pci', 'ehci_pci', 'uhci_hcd', 'usbhid', 'hid_generic', 'atkbd', 'i8042'];
const serial = ['8250', '8250_pci'];

/** Mellanox functions are passed through beside the synthetic card; MANA is their successor on Azure. */
const hyperv: PlatformDrivers = {
  root: ['hv_vmbus', 'hv_storvsc', 'ata_piix', ...scsiDisk],
  keyboard: ['hyperv_keyboard', 'hid_hyperv', 'atkbd', 'i8042'],
  network: ['hv_netvsc'],
  console: serial,
};

/** What root, keyboard, network card and console need on each platform, with every choice its import offers. */
export const platformDrivers: Readonly<Record<ArtifactKind, PlatformDrivers>> = {
  vmware: {
    root: ['vmw_pvscsi', 'mptbase', 'mptscsih', 'mptspi', 'mptsas', 'ahci', 'ata_piix', 'nvme', ...scsiDisk],
    keyboard: usbKeyboard,
    network: ['vmxnet3', 'e1000', 'e1000e'],
    console: serial,
  },
  desktop: {
    root: ['ahci', 'ata_piix', 'mptbase', 'mptspi', 'mptsas', 'nvme', 'virtio_scsi', ...scsiDisk],
    keyboard: [...usbKeyboard, 'ohci_pci'],
    network: ['e1000', 'e1000e', 'vmxnet3', 'pcnet32', 'virtio_net'],
    console: serial,
  },
  hyperv,
  azure: {
    ...hyperv,
    root: [...hyperv.root, 'pci_hyperv', 'nvme'],
    network: [...hyperv.network, 'pci_hyperv', 'mana'],
    accelerated: ['mlx4_core', 'mlx4_en', 'mlx5_core'],
  },
  aws: {
    root: ['nvme', 'xen_blkfront'],
    keyboard: ['atkbd', 'i8042'],
    network: ['ena', 'ixgbevf', 'xen_netfront'],
    console: serial,
  },
  gce: {
    root: ['virtio_pci', 'virtio_scsi', 'nvme', ...scsiDisk],
    keyboard: ['atkbd', 'i8042'],
    network: ['virtio_net', 'gve', 'idpf'],
    console: serial,
  },
  kvm: {
    root: ['virtio_pci', 'virtio_blk', 'virtio_scsi', 'ahci', 'ata_piix', 'nvme', ...scsiDisk],
    keyboard: usbKeyboard,
    network: ['virtio_net', 'e1000', 'e1000e'],
    console: serial,
  },
};

/** File systems on every platform: root and state, and what a first boot reads. */
export const fileSystemDrivers = {
  /** In the initramfs: the slot, and what lies over it. */
  root: ['ext4', 'overlay'],
  /** The ESP with its boot choice, configuration disks, and the code pages their names need. */
  later: ['vfat', 'isofs', 'nls_ascii', 'nls_cp437', 'nls_utf8'],
} as const;
