import type { Root } from '@tufjs/models';
import { channelInvalid } from './invalid.ts';
import type { Role } from './keys.ts';

/** How long what a role says holds, in days. */
export type Lifetimes = Readonly<Record<Role, number>>;

/**
 * Root and targets are signed by people who fetch a key from a safe, snapshot and timestamp by a nightly job. The timestamp's
 * life is how long somebody in the middle can hide an update; it has to outlast a weekend without the job.
 */
export const defaultLifetimes: Lifetimes = { root: 365, targets: 90, snapshot: 7, timestamp: 3 };

export const DAY_MS = 24 * 60 * 60 * 1000;

/** A field that TUF does not know is signed with the rest, and kept (specification 1.0.33, section 4). */
const FIELD = 'x-kiln-lifetimes-days';

/** Lifetimes as a root keeps them. */
export function lifetimesField(lifetimes: Lifetimes): Record<string, Record<Role, number>> {
  return { [FIELD]: { ...lifetimes } };
}

/**
 * How long roles hold in this channel, as it was begun.
 * @throws {KilnError} `channel-invalid` when its root does not say so
 */
export function lifetimesOf(root: Root): Lifetimes {
  const kept: unknown = root.unrecognizedFields[FIELD];
  const days = (role: Role): number => {
    const value: unknown = typeof kept === 'object' && kept !== null ? Reflect.get(kept, role) : undefined;
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
    throw channelInvalid(
      `root.json does not say how long ${role} holds: ${FIELD}.${role} is no number of days`,
      'Kiln changes channels that kiln channel init has begun, and no others.',
    );
  };
  return { root: days('root'), targets: days('targets'), snapshot: days('snapshot'), timestamp: days('timestamp') };
}

/** @returns RFC 3339 in whole seconds, the form of TUF (specification 1.0.33, section 4.2) */
export function inWholeSeconds(time: Date): string {
  return `${time.toISOString().slice(0, 19)}Z`;
}

/** When what is signed now ends, as {@link inWholeSeconds}. */
export function expiresIn(now: Date, days: number): string {
  return inWholeSeconds(new Date(now.getTime() + days * DAY_MS));
}
