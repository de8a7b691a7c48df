import type { Configuration } from '../../../contract/configuration/configuration.ts';

export const outsideCheckIds = ['email', 'internet'] as const;
export type OutsideCheckId = (typeof outsideCheckIds)[number];

/**
 * What a check of the outside asks, in one line; null when nobody ordered it. A verdict counts for as long as this is the
 * same.
 */
export function targetOf(id: OutsideCheckId, { smtp, monitoring, proxy }: Configuration): string | null {
  if (id === 'email') return smtp && `${smtp.server}:${smtp.port}, ${smtp.security}`;
  return monitoring.internetCheck && `${monitoring.internetCheck.url}${proxy === null ? '' : ` through ${proxy.url}`}`;
}
