import { noCloud } from '../channels/nocloud.ts';
import { type PlatformProfile, usualSize } from './profile.ts';

const mac = '00:15:5d:4b:49:4c';
/** The asset tag is any but Azure's. */
const microsoft = {
  manufacturer: 'Microsoft Corporation',
  product: 'Virtual Machine',
  chassisAsset: '0000-0015-5D4B-494C',
} as const;

/** A Generation 2 virtual machine: UEFI with Secure Boot and no legacy devices. */
export const hyperv: PlatformProfile = {
  id: 'hyperv',
  kind: 'hyperv',
  notes: ['QEMU has no VMBus storage or network: AHCI and e1000e stand in'],
  channel: noCloud({ network: 'static' }),
  hardware: () => ({
    firmware: 'uefi-secure-boot',
    controller: 'ahci',
    card: 'e1000e',
    mac,
    ...usualSize,
    smbios: { ...microsoft, version: 'Hyper-V UEFI Release v4.1' },
  }),
};

/**
 * A Generation 1 virtual machine: BIOS and IDE. Under Microsoft's identity Linux leaves IDE disks to VMBus, which QEMU
 * does not have, but for the version of Virtual PC (drivers/ata/ata_piix.c, `allow_virtual_pc`).
 */
export const hypervGen1: PlatformProfile = {
  id: 'hyperv-gen1',
  kind: 'hyperv',
  notes: ['QEMU has no VMBus: IDE, under the version string of Virtual PC, and e1000 stand in'],
  channel: noCloud({ network: 'dhcp' }),
  hardware: () => ({
    firmware: 'bios',
    controller: 'ide',
    card: 'e1000',
    mac,
    ...usualSize,
    smbios: { ...microsoft, version: 'VS2005R2' },
  }),
};
