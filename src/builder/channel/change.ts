import type { Targets } from '@tufjs/models';
import { lifetimesOf } from './init.ts';
import { loadKeys } from './keys.ts';
import type { Lifetimes } from './lifetimes.ts';
import { type Repository, readRepository, writeRepository } from './repository.ts';

/** A change of a channel that is to be signed. */
export interface Write {
  /** Absolute. */
  readonly channel: string;
  /** Absolute folders with the keys that are needed. */
  readonly keys: readonly string[];
  readonly now: Date;
}

export interface Moment {
  readonly now: Date;
  readonly lifetimes: Lifetimes;
}

/** Signs another list of bundles, and with it snapshot and timestamp. @throws {KilnError} `channel-invalid` */
export async function changeTargets(
  { channel, keys, now }: Write,
  change: (targets: Targets, moment: Moment) => Promise<Targets> | Targets,
): Promise<void> {
  const before = await readRepository(channel);
  const lifetimes = lifetimesOf(before.root);
  const loaded = (await Promise.all(keys.map(loadKeys))).flat();
  const targets = await change(before.targets, { now, lifetimes });
  await writeRepository(channel, { root: before.root, targets, before, keys: loaded, lifetimes, now });
}

/** Signs snapshot and timestamp again, so that they go on to hold. What a nightly job does, with these two keys alone. */
export async function refreshChannel({ channel, keys, now }: Write): Promise<Repository> {
  const before = await readRepository(channel);
  const loaded = (await Promise.all(keys.map(loadKeys))).flat();
  await writeRepository(channel, { root: before.root, before, keys: loaded, lifetimes: lifetimesOf(before.root), now });
  return readRepository(channel);
}
