import { type PlatformProfile, usualSize } from './profile.ts';

/** A Shielded VM: UEFI with Secure Boot, virtio. Without Google's identity, or cloud-init would wait for its metadata. */
export const gce: PlatformProfile = {
  id: 'gce',
  kind: 'gce',
  notes: ['no GCE metadata service: configured through NoCloud'],
  hardware: () => ({
    firmware: 'uefi-secure-boot',
    controller: 'virtio-scsi',
    card: 'virtio-net',
    ...usualSize,
    smbios: {},
  }),
};
