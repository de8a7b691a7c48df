import { ovfHardware } from './ovf-hardware.ts';
import type { PlatformProfile } from './profile.ts';

/** VirtualBox, Workstation and Fusion, from the OVF. VirtualBox's identity, for it is the strictest of the three. */
export const desktop: PlatformProfile = {
  id: 'desktop',
  kind: 'desktop',
  notes: [],
  hardware: (machine) => ovfHardware(machine, { manufacturer: 'innotek GmbH', product: 'VirtualBox' }),
};
