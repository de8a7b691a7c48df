import { gceChannel } from '../channels/gce.ts';
import { type PlatformProfile, usualSize } from './profile.ts';

/** A Shielded VM: UEFI with Secure Boot, virtio. */
export const gce: PlatformProfile = {
  id: 'gce',
  kind: 'gce',
  notes: ['QEMU’s network carries no UDP to the metadata address: the time server has an address of its own'],
  channel: gceChannel,
  hardware: () => ({
    firmware: 'uefi-secure-boot',
    controller: 'virtio-scsi',
    card: 'virtio-net',
    mac: '42:01:0a:4b:49:4c',
    ...usualSize,
    smbios: { manufacturer: 'Google', product: 'Google Compute Engine', serial: 'GoogleCloud-4B494C4E' },
  }),
};
