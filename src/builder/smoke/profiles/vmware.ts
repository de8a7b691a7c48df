import { ovfEnvironment } from '../channels/ovf-environment.ts';
import { ovfHardware } from './ovf-hardware.ts';
import type { PlatformProfile } from './profile.ts';

const own = { mac: '00:50:56:4b:49:4c', smbios: { manufacturer: 'VMware, Inc.', product: 'VMware7,1' } } as const;

/** ESXi. What the OVF asks for is what the guest gets; what a person fills in at import comes on a CD. */
export const vmware: PlatformProfile = {
  id: 'vmware',
  kind: 'vmware',
  notes: [
    'OVMF has no PVSCSI driver: the boot loader reads the disk through USB, unplugged when the kernel runs',
    'guestinfo and VMware’s tools need its RPC back door, which QEMU does not have: the OVF environment comes as ISO, and open-vm-tools ends',
  ],
  absent: { units: ['open-vm-tools.service'], warnings: [/^\S*vmware-rpctool exited with code \d+$/] },
  channel: ovfEnvironment,
  hardware: (machine) => ovfHardware(machine, own),
};
