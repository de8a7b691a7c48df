import { mkdir, readdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { Root, Targets } from '@tufjs/models';
import { channelInvalid } from './invalid.ts';
import { makeKeys, type Role, roles, signed } from './keys.ts';
import { expiresIn, type Lifetimes } from './lifetimes.ts';
import { SPECIFICATION, writeMetadata, writeRepository } from './repository.ts';

export interface InitOptions {
  /** Absolute; empty or not there. */
  readonly channel: string;
  /** Absolute; where the new keys go. */
  readonly keys: string;
  /** Keys that are made for root and for targets, at least 1. */
  readonly count: Readonly<Record<'root' | 'targets', number>>;
  /** How many of them have to sign. */
  readonly threshold: Readonly<Record<'root' | 'targets', number>>;
  readonly lifetimes: Lifetimes;
  readonly now: Date;
}

/**
 * Begins a channel: keys, and metadata that lists nothing yet.
 * @throws {KilnError} `channel-invalid` when there is something already, or the keys would lie where all can fetch them
 */
export async function initChannel(options: InitOptions): Promise<void> {
  const { channel, keys: folder, count, threshold, lifetimes, now } = options;
  const inside = relative(resolve(channel), resolve(folder));
  if (inside !== '..' && !inside.startsWith('../'))
    throw channelInvalid(
      `${folder} lies in the channel, which everybody reads`,
      'Name a folder elsewhere: --keys FOLDER.',
    );
  await mkdir(channel, { recursive: true });
  for (const place of [channel, folder]) {
    const there = await readdir(place).catch(() => []);
    if (there.length > 0) throw channelInvalid(`${place} is not empty`, 'Name a folder that is not there yet.');
  }
  for (const role of ['root', 'targets'] as const) {
    if (threshold[role] > count[role])
      throw channelInvalid(`${threshold[role]} of ${count[role]} ${role} keys can never sign`, 'Lower the threshold.');
  }
  const made = await Promise.all(
    roles.map((role) => makeKeys(folder, role, role === 'root' || role === 'targets' ? count[role] : 1)),
  );
  const keys = made.flat();
  const root = new Root({
    ...{ version: 1, specVersion: SPECIFICATION, consistentSnapshot: true, expires: expiresIn(now, lifetimes.root) },
    unrecognizedFields: { [LIFETIMES]: { ...lifetimes } },
  });
  for (const { role, key } of keys) root.addKey(key, role);
  const withThresholds = Root.fromJSON(demanding(root.toJSON(), threshold));
  const text = signed('root', withThresholds, keys, withThresholds);
  const targets = new Targets({ version: 1, specVersion: SPECIFICATION, expires: expiresIn(now, lifetimes.targets) });
  await writeMetadata(channel, '1.root.json', text);
  await writeMetadata(channel, 'root.json', text);
  await mkdir(resolve(channel, 'targets'), { recursive: true });
  await writeRepository(channel, { root: withThresholds, targets, keys, lifetimes, now });
}

/** Fields that TUF does not know are signed with the rest, and kept (specification 1.0.33, section 4). */
const LIFETIMES = 'x-kiln-lifetimes-days';

/** How long roles hold in this channel, as it was begun. */
export function lifetimesOf(root: Root): Lifetimes {
  return root.unrecognizedFields[LIFETIMES] as unknown as Lifetimes;
}

function demanding(root: ReturnType<Root['toJSON']>, threshold: Readonly<Partial<Record<Role, number>>>) {
  const { roles: of } = root as unknown as { roles: Record<string, { threshold: number }> };
  for (const [role, number] of Object.entries(threshold)) {
    const entry = of[role];
    if (entry !== undefined) entry.threshold = number;
  }
  return root;
}
