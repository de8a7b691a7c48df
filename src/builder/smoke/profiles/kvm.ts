import { type PlatformProfile, usualSize } from './profile.ts';

/** libvirt's and Proxmox's default: SeaBIOS and virtio. */
export const kvm: PlatformProfile = {
  id: 'kvm',
  kind: 'kvm',
  notes: [],
  hardware: () => ({ firmware: 'bios', controller: 'virtio-blk', card: 'virtio-net', ...usualSize, smbios: {} }),
};
