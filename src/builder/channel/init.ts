import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Root, Targets } from '@tufjs/models';
import { channelInvalid } from './invalid.ts';
import { type ChannelKey, makeKeys, type Role, roles, signed } from './keys.ts';
import { leadsTo, refuseKeysInside } from './keys-outside.ts';
import { expiresIn, type Lifetimes, lifetimesField } from './lifetimes.ts';
import { metadataFolder, SPECIFICATION, writeMetadata, writeRepository } from './repository.ts';

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
 * Begins a channel: keys, and metadata that lists nothing yet. Nothing is written before all that was asked is known to be
 * possible; of two that begin the same channel at once, one does.
 * @throws {KilnError} `channel-invalid` when there is something already, the keys would lie where all can fetch them, or
 * there are fewer than have to sign
 */
export async function initChannel(options: InitOptions): Promise<void> {
  const { count, threshold, lifetimes, now } = options;
  for (const role of ['root', 'targets'] as const) {
    if (threshold[role] > count[role])
      throw channelInvalid(`${threshold[role]} of ${count[role]} ${role} keys can never sign`, 'Lower the threshold.');
  }
  await refuseKeysInside(options.channel, options.keys);
  const [channel, folder] = await Promise.all([leadsTo(options.channel), leadsTo(options.keys)]);
  for (const place of [channel, folder]) await demandEmpty(place);
  await claim(channel);
  const keys: ChannelKey[] = [];
  try {
    // One after the other: whoever finds the first one there has left none of its own.
    for (const role of roles)
      keys.push(...(await makeKeys(folder, role, role === 'root' || role === 'targets' ? count[role] : 1)));
  } catch (error) {
    await rmdir(metadataFolder(channel));
    throw error;
  }
  const root = new Root({
    ...{ version: 1, specVersion: SPECIFICATION, consistentSnapshot: true, expires: expiresIn(now, lifetimes.root) },
    unrecognizedFields: lifetimesField(lifetimes),
  });
  for (const { role, key } of keys) root.addKey(key, role);
  const withThresholds = Root.fromJSON(demanding(root.toJSON(), threshold));
  const text = signed('root', withThresholds, keys, withThresholds);
  const targets = new Targets({ version: 1, specVersion: SPECIFICATION, expires: expiresIn(now, lifetimes.targets) });
  await writeMetadata(channel, '1.root.json', text);
  await writeMetadata(channel, 'root.json', text);
  await mkdir(join(channel, 'targets'), { recursive: true });
  await writeRepository(channel, { root: withThresholds, targets, keys, lifetimes, now });
}

async function demandEmpty(folder: string): Promise<void> {
  const there = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    if (error.code === 'ENOTDIR') return ['a file'];
    throw error;
  });
  if (there.length > 0)
    throw channelInvalid(`${folder} is not an empty folder`, 'Name a folder that is not there yet.');
}

/** The kernel makes a folder once: whoever made it begins the channel. */
async function claim(channel: string): Promise<void> {
  await mkdir(channel, { recursive: true });
  await mkdir(metadataFolder(channel)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
    throw channelInvalid(`${channel} is being begun by another run`, 'Name a folder that is not there yet.', error);
  });
}

function demanding(root: ReturnType<Root['toJSON']>, threshold: Readonly<Partial<Record<Role, number>>>) {
  const { roles: of } = root as unknown as { roles: Record<string, { threshold: number }> };
  for (const [role, number] of Object.entries(threshold)) {
    const entry = of[role];
    if (entry !== undefined) entry.threshold = number;
  }
  return root;
}
