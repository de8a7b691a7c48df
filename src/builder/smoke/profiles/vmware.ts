import { ovfHardware } from './ovf-hardware.ts';
import type { PlatformProfile } from './profile.ts';

/** ESXi. What the OVF asks for is what the guest gets. */
export const vmware: PlatformProfile = {
  id: 'vmware',
  kind: 'vmware',
  notes: ['OVMF has no PVSCSI driver: the boot loader reads the disk through USB, unplugged when the kernel runs'],
  hardware: (machine) => ovfHardware(machine, { manufacturer: 'VMware, Inc.', product: 'VMware7,1' }),
};
