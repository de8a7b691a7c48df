import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Metadata, MetadataKind } from '@tufjs/models';
import { type BaseFetcher, Updater } from 'tuf-js';
import { ChannelError, toChannelError } from './channel-error.ts';
import { expiryOf } from './expiry.ts';
import { collect, layOut, type MetadataFile, type RoleFiles, roles } from './metadata-file.ts';

export interface RefreshInput {
  /** Address of the channel's folder, http(s) or file; metadata lies in `metadata/` below it. */
  readonly channel: string;
  /** Reaches that address. What it brings is checked the same whatever way it came. */
  readonly fetcher: BaseFetcher;
  /** root.json of the image: what is trusted when nothing newer is kept. */
  readonly builtInRoot: string;
  readonly kept: MetadataFile;
  /** A folder in memory for what is not trusted yet. */
  readonly scratch: string;
}

/** A file that the channel's targets role names: proved to be the channel's word, not yet understood. */
export interface Target {
  readonly path: string;
  /** Bytes. */
  readonly length: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly custom: unknown;
}

export interface ChannelView {
  readonly targets: readonly Target[];
  /** When the first of the roles ends, and with it what is known here. */
  readonly expires: Date;
}

/** Nothing in a channel of appliances is near these sizes; tuf-js's own limits are for indexes of whole languages. */
const limits = {
  rootMaxLength: 64 * 1024,
  timestampMaxLength: 8 * 1024,
  snapshotMaxLength: 64 * 1024,
  targetsMaxLength: 2 * 1024 * 1024,
} as const;

/**
 * Asks a channel what there is: the client's workflow of the TUF specification 1.0.33, section 5, by tuf-js. Metadata
 * alone is fetched. What had been seen is kept whenever it holds, so that nobody can show less later.
 * @throws {ChannelError} with what was known before untouched
 */
export async function refreshChannel(input: RefreshInput): Promise<ChannelView> {
  const folder = await mkdtemp(join(input.scratch, 'metadata-'));
  try {
    const before = withNewerRoot(await input.kept.read(), input.builtInRoot);
    await layOut(before, folder);
    const updater = new Updater({
      metadataDir: folder,
      metadataBaseUrl: new URL('metadata', withSlash(input.channel)).href,
      fetcher: input.fetcher,
      config: limits,
    });
    const refusal = await updater.refresh().then(
      () => undefined,
      (error: unknown) => toChannelError(error),
    );
    const after = await collect(folder);
    const expires = earliestEnd(after);
    if (JSON.stringify(after) !== JSON.stringify(before)) await input.kept.write(after);
    if (refusal !== undefined) throw refusal;
    return { targets: targetsOf(after), expires };
  } catch (error) {
    throw toChannelError(error);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * What a channel said when it was asked last. It was proved when it was kept; whether it has ended since is looked at.
 * @returns undefined where nothing is kept, or no longer holds
 */
export async function keptChannel(kept: MetadataFile, now: Date): Promise<ChannelView | undefined> {
  const files = await kept.read();
  if (!roles.every((role) => files[role] !== undefined)) return undefined;
  try {
    const expires = earliestEnd(files);
    return expires > now ? { targets: targetsOf(files), expires } : undefined;
  } catch {
    // Whatever is wrong with it, the channel can be asked again.
    return undefined;
  }
}

/** A later image may bring a root that the channel has turned to meanwhile. */
function withNewerRoot(kept: RoleFiles, builtIn: string): RoleFiles {
  const version = (text: string): number => Metadata.fromJSON(MetadataKind.Root, JSON.parse(text)).signed.version;
  if (kept.root !== undefined && version(kept.root) >= version(builtIn)) return kept;
  return { ...kept, root: builtIn };
}

function earliestEnd(files: RoleFiles): Date {
  const ends = Object.entries(files).map(([role, text]) => expiryOf(role, text).getTime());
  return new Date(Math.min(...ends));
}

function targetsOf({ targets = '{}' }: RoleFiles): Target[] {
  const { signed } = Metadata.fromJSON(MetadataKind.Targets, JSON.parse(targets));
  return Object.values(signed.targets).map(({ path, length, hashes, custom }) => {
    const { sha256 = '' } = hashes;
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new ChannelError('malformed', `${path} has no SHA-256 in targets.json`);
    return { path, length, sha256, custom: custom ?? null };
  });
}

function withSlash(address: string): string {
  return address.endsWith('/') ? address : `${address}/`;
}
