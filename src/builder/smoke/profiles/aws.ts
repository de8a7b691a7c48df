import { awsChannel } from '../channels/aws.ts';
import type { Hardware } from '../guest/hardware.ts';
import { type PlatformProfile, usualSize } from './profile.ts';

/** Of a Nitro instance; cloud-init trusts it by vendor and serial. */
const smbios = {
  manufacturer: 'Amazon EC2',
  product: 'm6i.large',
  serial: 'ec24b494-c4e0-4b49-8c4e-004b494c4e00',
  uuid: 'ec24b494-c4e0-4b49-8c4e-004b494c4e00',
  chassisAsset: 'Amazon EC2',
} as const;
const common = {
  controller: 'nvme',
  card: 'virtio-net',
  mac: '02:4b:49:4c:4e:02',
  ...usualSize,
  smbios,
} as const satisfies Partial<Hardware>;

/** A Nitro instance that boots by UEFI. */
export const aws: PlatformProfile = {
  id: 'aws',
  kind: 'aws',
  notes: ['QEMU has no ENA: virtio stands in'],
  channel: awsChannel,
  hardware: () => ({ ...common, firmware: 'uefi' }),
};

/** A Nitro instance that boots as instances without a boot mode do. */
export const awsBios: PlatformProfile = {
  ...aws,
  id: 'aws-bios',
  hardware: () => ({ ...common, firmware: 'bios' }),
};
