import { type PlatformProfile, usualSize } from './profile.ts';

/** A Nitro instance: NVMe root, UEFI. Without Amazon's identity, or cloud-init would wait for a metadata service. */
export const aws: PlatformProfile = {
  id: 'aws',
  kind: 'aws',
  notes: ['QEMU has no ENA: virtio stands in', 'no EC2 metadata service: configured through NoCloud'],
  hardware: () => ({ firmware: 'uefi', controller: 'nvme', card: 'virtio-net', ...usualSize, smbios: {} }),
};
