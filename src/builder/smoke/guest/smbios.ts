import type { SmbiosIdentity } from './hardware.ts';

/** QEMU's options for an identity; none without one, and the guest sees QEMU's own. */
export function smbiosArguments(identity: SmbiosIdentity): string[] {
  const { chassisAsset, ...system } = identity;
  return [...table(1, system), ...table(3, { asset: chassisAsset })];
}

function table(type: number, fields: Readonly<Record<string, string | undefined>>): string[] {
  // A comma inside a value is written twice; see qemu(1).
  const text = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [`${key}=${value.replaceAll(',', ',,')}`],
  );
  return text.length === 0 ? [] : ['-smbios', `type=${type},${text.join(',')}`];
}
