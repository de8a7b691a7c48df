import { ovfHardware } from './ovf-hardware.ts';
import type { PlatformProfile } from './profile.ts';

/** ESXi. What the OVF asks for is what the guest gets. */
export const vmware: PlatformProfile = {
  id: 'vmware',
  kind: 'vmware',
  notes: [],
  hardware: (machine) => ovfHardware(machine, { manufacturer: 'VMware, Inc.', product: 'VMware7,1' }),
};
