import { createHash } from 'node:crypto';

/**
 * A number that an appliance has for a purpose, always the same, and evenly spread over all appliances.
 * @returns from 0 up to 1, without 1
 */
export function ownFraction(applianceId: string, purpose: string): number {
  const digest = createHash('sha256').update(`${applianceId}\n${purpose}`).digest();
  return digest.readUInt32BE() / 2 ** 32;
}

/** Whether a staged roll-out has reached an appliance. Who comes early differs from version to version. */
export function isReached(applianceId: string, version: string, percent: number): boolean {
  return ownFraction(applianceId, `rollout ${version}`) * 100 < percent;
}
