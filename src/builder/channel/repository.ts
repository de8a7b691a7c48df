import { access, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Metadata, MetadataKind, MetaFile, type Root, Snapshot, type Targets, Timestamp } from '@tufjs/models';
import { writeDurably } from '../durable-file.ts';
import type { KilnError } from '../errors.ts';
import { channelInvalid } from './invalid.ts';
import { type ChannelKey, type Role, signed } from './keys.ts';
import { expiresIn, type Lifetimes } from './lifetimes.ts';

/** Of the TUF specification that @tufjs/models follows. */
export const SPECIFICATION = '1.0.31';

/** The one file of a channel that names all others. */
const TIMESTAMP = 'timestamp.json';

/** What a channel's folder says now. */
export interface Repository {
  /** Absolute. */
  readonly folder: string;
  readonly root: Root;
  readonly targets: Targets;
  readonly snapshot: Snapshot;
  readonly timestamp: Timestamp;
}

/** Where the signed files of a channel lie. */
export const metadataFolder = (folder: string): string => join(folder, 'metadata');
/** Where a bundle lies: consistent snapshots (specification 1.0.33, section 6.2) put the digest before the name. */
export const targetPath = (folder: string, sha256: string, file: string): string =>
  join(folder, 'targets', `${sha256}.${file}`);

/** Whether there is a channel; whether it holds is for {@link readRepository}. @throws {KilnError} `channel-invalid` */
export async function demandChannel(folder: string): Promise<void> {
  await access(join(metadataFolder(folder), TIMESTAMP)).catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? noChannel(folder, TIMESTAMP, error) : error;
  });
}

/**
 * Reads a channel and checks its signatures, from the last root it has.
 * @throws {KilnError} `channel-invalid`
 */
export async function readRepository(folder: string): Promise<Repository> {
  const timestamp = await read(folder, TIMESTAMP, (json) => Metadata.fromJSON(MetadataKind.Timestamp, json));
  const snapshot = await read(folder, `${timestamp.signed.snapshotMeta.version}.snapshot.json`, (json) =>
    Metadata.fromJSON(MetadataKind.Snapshot, json),
  );
  const version = snapshot.signed.meta['targets.json']?.version ?? 0;
  const targets = await read(folder, `${version}.targets.json`, (json) =>
    Metadata.fromJSON(MetadataKind.Targets, json),
  );
  const root = await read(folder, 'root.json', (json) => Metadata.fromJSON(MetadataKind.Root, json));
  for (const [role, metadata] of [
    ['root', root],
    ['targets', targets],
    ['snapshot', snapshot],
    ['timestamp', timestamp],
  ] as const) {
    try {
      root.verifyDelegate(role, metadata);
    } catch (error) {
      throw channelInvalid(
        `${folder}: ${role}.json is not signed by the channel's own keys (${String(error)})`,
        'Put the channel back from a copy; do not sign what you do not know.',
        error,
      );
    }
  }
  const content = {
    root: root.signed,
    targets: targets.signed,
    snapshot: snapshot.signed,
    timestamp: timestamp.signed,
  };
  return { folder, ...content };
}

/** What is written; versions count up by themselves. */
export interface Change {
  readonly root: Root;
  /** Absent: the list of targets stays as it is. */
  readonly targets?: Targets;
  readonly before?: Pick<Repository, 'targets' | 'snapshot' | 'timestamp'>;
  readonly keys: readonly ChannelKey[];
  readonly lifetimes: Lifetimes;
  readonly now: Date;
}

/**
 * Signs and writes what has changed. Whoever reads meanwhile sees the channel before or after it and nothing between:
 * files of a new version have names of their own, and the timestamp, which names them, is replaced last.
 * @returns what it signed besides
 * @throws {KilnError} `channel-invalid` when a key is missing; nothing is written then
 */
export async function writeRepository(
  folder: string,
  change: Change,
): Promise<Pick<Repository, 'snapshot' | 'timestamp'>> {
  const { root, targets, before, keys, lifetimes, now } = change;
  const list = targets ?? before?.targets;
  if (list === undefined) throw new Error('a channel begins with a list of targets');
  const common = (role: Role, version: number) => ({
    ...{ version, specVersion: SPECIFICATION },
    expires: expiresIn(now, lifetimes[role]),
  });
  const snapshot = new Snapshot({
    ...common('snapshot', (before?.snapshot.version ?? 0) + 1),
    meta: { 'targets.json': new MetaFile({ version: list.version }) },
  });
  const snapshotText = signed('snapshot', snapshot, keys, root);
  const timestamp = new Timestamp({
    ...common('timestamp', (before?.timestamp.version ?? 0) + 1),
    snapshotMeta: new MetaFile({ version: snapshot.version, length: Buffer.byteLength(snapshotText) }),
  });
  const files = [
    ...(targets === undefined
      ? []
      : ([[`${targets.version}.targets.json`, signed('targets', targets, keys, root)]] as const)),
    [`${snapshot.version}.snapshot.json`, snapshotText] as const,
    [TIMESTAMP, signed('timestamp', timestamp, keys, root)] as const,
  ];
  for (const [name, text] of files) await writeMetadata(folder, name, text);
  return { snapshot, timestamp };
}

/** Writes one metadata file, whole and flushed. */
export async function writeMetadata(folder: string, name: string, text: string): Promise<void> {
  await mkdir(metadataFolder(folder), { recursive: true });
  await writeDurably(join(metadataFolder(folder), name), text);
}

async function read<T>(folder: string, name: string, parse: (json: JSONObject) => T): Promise<T> {
  const path = join(metadataFolder(folder), name);
  try {
    return parse(JSON.parse(await readFile(path, 'utf8')) as JSONObject);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw noChannel(folder, name, error);
    throw channelInvalid(`${path}: ${(error as Error).message}`, 'Put the channel back from a copy.', error);
  }
}

function noChannel(folder: string, name: string, cause: unknown): KilnError {
  return channelInvalid(
    `${folder} is no channel: there is no metadata/${name}`,
    'Make one: kiln channel init FOLDER --keys FOLDER.',
    cause,
  );
}

/** As @tufjs/models takes it; it checks every field itself. */
type JSONObject = Parameters<typeof Metadata.fromJSON>[1];
