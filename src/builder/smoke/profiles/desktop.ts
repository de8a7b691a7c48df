import { noCloud } from '../channels/nocloud.ts';
import { ovfHardware } from './ovf-hardware.ts';
import type { PlatformProfile } from './profile.ts';

/** VirtualBox's identity, for it is the strictest of the three. */
const own = { mac: '08:00:27:4b:49:4c', smbios: { manufacturer: 'innotek GmbH', product: 'VirtualBox' } } as const;

/** VirtualBox, Workstation and Fusion, from the OVF. */
export const desktop: PlatformProfile = {
  id: 'desktop',
  kind: 'desktop',
  notes: [],
  channel: noCloud({ network: 'dhcp', configurationDisc: true }),
  hardware: (machine) => ovfHardware(machine, own),
};

/** The same after a person chose EFI in the machine's settings. */
export const desktopUefi: PlatformProfile = {
  ...desktop,
  id: 'desktop-uefi',
  hardware: (machine) => ({ ...ovfHardware(machine, own), firmware: 'uefi' }),
};

/** A machine made by hand around the disk: Workstation's older templates take LSI Logic SAS. */
export const desktopLsiSas: PlatformProfile = {
  ...desktop,
  id: 'desktop-lsi-sas',
  notes: ['the controller of a machine made by hand, not the one of the OVF'],
  hardware: (machine) => ({ ...ovfHardware(machine, own), controller: 'lsi-sas' }),
};
