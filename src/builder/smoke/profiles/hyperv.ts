import { type PlatformProfile, usualSize } from './profile.ts';

/** A Generation 2 virtual machine: UEFI with Secure Boot and no legacy devices. */
export const hyperv: PlatformProfile = {
  id: 'hyperv',
  kind: 'hyperv',
  notes: ['QEMU has no VMBus storage or network: AHCI and e1000e stand in'],
  hardware: () => ({
    firmware: 'uefi-secure-boot',
    controller: 'ahci',
    card: 'e1000e',
    ...usualSize,
    smbios: { manufacturer: 'Microsoft Corporation', product: 'Virtual Machine' },
  }),
};
