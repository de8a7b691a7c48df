import { noCloud } from '../channels/nocloud.ts';
import { noChannel } from '../channels/none.ts';
import { type PlatformProfile, usualSize } from './profile.ts';

const virtio = {
  kind: 'kvm',
  notes: [],
  hardware: () => ({
    firmware: 'bios',
    controller: 'virtio-blk',
    card: 'virtio-net',
    mac: '52:54:00:4b:49:4c',
    ...usualSize,
    smbios: {},
  }),
} as const satisfies Partial<PlatformProfile>;

/** libvirt's and Proxmox's default: SeaBIOS and virtio. */
export const kvm: PlatformProfile = {
  ...virtio,
  id: 'kvm',
  channel: noCloud({ network: 'dhcp' }),
  secondBoot: true,
};

/** Imported and switched on, with nothing said: nobody can log in, so only the console tells. */
export const kvmBare: PlatformProfile = { ...virtio, id: 'kvm-bare', channel: noChannel };
