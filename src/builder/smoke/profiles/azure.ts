import { type PlatformProfile, usualSize } from './profile.ts';

/**
 * A Generation 1 virtual machine: BIOS and IDE. Without Azure's chassis tag, or cloud-init would wait for a metadata
 * service that is not there.
 */
export const azure: PlatformProfile = {
  id: 'azure',
  kind: 'azure',
  notes: ['QEMU has no VMBus network: virtio stands in', 'no Azure metadata service: configured through NoCloud'],
  hardware: () => ({
    firmware: 'bios',
    controller: 'ide',
    card: 'virtio-net',
    ...usualSize,
    smbios: { manufacturer: 'Microsoft Corporation', product: 'Virtual Machine' },
  }),
};
