import { type PlatformProfile, usualSize } from './profile.ts';

/**
 * A Generation 1 virtual machine: BIOS and IDE. Without Azure's chassis tag, or cloud-init would wait for a metadata
 * service that is not there; and without Microsoft's name, or Linux would leave the IDE disk to VMBus
 * (drivers/ata/ata_piix.c, `ignore_hyperv`), which QEMU does not have.
 */
export const azure: PlatformProfile = {
  id: 'azure',
  kind: 'azure',
  notes: [
    'QEMU has no VMBus: IDE without Microsoft’s identity, and virtio, stand in',
    'no Azure metadata service: configured through NoCloud',
  ],
  hardware: () => ({ firmware: 'bios', controller: 'ide', card: 'virtio-net', ...usualSize, smbios: {} }),
};
