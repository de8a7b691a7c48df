import type { Role } from './keys.ts';

/** How long what a role says holds, in days. */
export type Lifetimes = Readonly<Record<Role, number>>;

/**
 * Root and targets are signed by people who fetch a key from a safe, snapshot and timestamp by a nightly job. The timestamp's
 * life is how long somebody in the middle can hide an update; it has to outlast a weekend without the job.
 */
export const defaultLifetimes: Lifetimes = { root: 365, targets: 90, snapshot: 7, timestamp: 3 };

const DAY_MS = 24 * 60 * 60 * 1000;

/** @returns RFC 3339 in whole seconds, the form of TUF (specification 1.0.33, section 4.2) */
export function expiresIn(now: Date, days: number): string {
  return `${new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 19)}Z`;
}
