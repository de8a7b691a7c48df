import { KilnError } from '../../errors.ts';
import type { Hardware } from '../guest/hardware.ts';
import type { OvfMachine } from '../open/ovf-machine.ts';

/**
 * The hardware an OVF asks for, as it is.
 * @param own what only the platform decides
 * @throws {KilnError} `release-invalid` when the artifact came without a descriptor
 */
export function ovfHardware(machine: OvfMachine | undefined, own: Pick<Hardware, 'mac' | 'smbios'>): Hardware {
  if (machine === undefined) {
    throw new KilnError({
      code: 'release-invalid',
      message: 'the artifact has no OVF descriptor that tells which hardware it needs',
      hint: 'Bake the release again.',
    });
  }
  return { ...machine, ...own };
}
