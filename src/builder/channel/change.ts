import type { Targets } from '@tufjs/models';
import { type Entry, withEntry } from './entries.ts';
import { type ChannelKey, loadKeys } from './keys.ts';
import { refuseKeysInside } from './keys-outside.ts';
import { type Lifetimes, lifetimesOf } from './lifetimes.ts';
import { type Repository, readRepository, writeRepository } from './repository.ts';

/** A change of a channel that is to be signed. */
export interface Write {
  /** Absolute. */
  readonly channel: string;
  /** Absolute folders with the keys that are needed. */
  readonly keys: readonly string[];
  readonly now: Date;
}

/** A channel before a change, and what the change is signed with. */
export interface Opened {
  readonly before: Repository;
  readonly keys: readonly ChannelKey[];
  readonly lifetimes: Lifetimes;
  readonly now: Date;
}

/** Reads what every change begins with. @throws {KilnError} `channel-invalid` */
export async function openChannel({ channel, keys: folders, now }: Write): Promise<Opened> {
  const before = await readRepository(channel);
  for (const folder of folders) await refuseKeysInside(channel, folder);
  const keys = (await Promise.all(folders.map(loadKeys))).flat();
  return { before, keys, lifetimes: lifetimesOf(before.root), now };
}

/**
 * Puts one entry into the list of bundles, or replaces it, and signs snapshot and timestamp with it.
 * @param change tells the entry from the list as it is; when it throws, nothing is written
 * @returns the entry
 * @throws {KilnError} `channel-invalid`
 */
export async function changeTargets(
  write: Write,
  change: (targets: Targets) => Promise<Entry> | Entry,
): Promise<Entry> {
  const opened = await openChannel(write);
  const { root, targets } = opened.before;
  const entry = await change(targets);
  await writeRepository(write.channel, {
    ...opened,
    root,
    targets: withEntry(targets, entry, opened.now, opened.lifetimes),
  });
  return entry;
}

/**
 * Signs snapshot and timestamp again, so that they go on to hold. What a nightly job does, with these two keys alone.
 * @returns what it signed
 * @throws {KilnError} `channel-invalid`
 */
export async function refreshChannel(write: Write): Promise<Pick<Repository, 'snapshot' | 'timestamp'>> {
  const opened = await openChannel(write);
  return writeRepository(write.channel, { ...opened, root: opened.before.root });
}
