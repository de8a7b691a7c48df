export type Firmware = 'bios' | 'uefi' | 'uefi-secure-boot';
export type DiskController = 'pvscsi' | 'lsi-sas' | 'ahci' | 'ide' | 'nvme' | 'virtio-scsi' | 'virtio-blk';
export type NetworkCard = 'vmxnet3' | 'e1000' | 'e1000e' | 'virtio-net';

/** SMBIOS strings by which a guest tells where it runs (DSP0134, sections 7.2 and 7.4). */
export interface SmbiosIdentity {
  /** Type 1, System Information. */
  readonly manufacturer?: string;
  readonly product?: string;
  readonly version?: string;
  readonly serial?: string;
  readonly uuid?: string;
  /** Type 3, Chassis. */
  readonly chassisAsset?: string;
}

/** What a guest sees. */
export interface Hardware {
  readonly firmware: Firmware;
  readonly controller: DiskController;
  readonly card: NetworkCard;
  /** Of the card, from the platform's own range where it has one. */
  readonly mac: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly smbios: SmbiosIdentity;
}

const firmwareTitles: Readonly<Record<Firmware, string>> = {
  bios: 'BIOS',
  uefi: 'UEFI',
  'uefi-secure-boot': 'UEFI with Secure Boot',
};

/** One line for people: `UEFI with Secure Boot, pvscsi, vmxnet3, 2 CPUs, 4096 MiB`. */
export function describeHardware(hardware: Hardware): string {
  const { cpus } = hardware;
  return [
    firmwareTitles[hardware.firmware],
    hardware.controller,
    hardware.card,
    `${cpus} CPU${cpus === 1 ? '' : 's'}`,
    `${Math.floor(hardware.memoryBytes / 2 ** 20)} MiB`,
  ].join(', ');
}
