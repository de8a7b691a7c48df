import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Metadata, MetadataKind, type TargetFile } from '@tufjs/models';
import { Updater } from 'tuf-js';
import { SHA256 } from '../../contract/updates/field-forms.ts';
import { putDurably } from '../durable-file.ts';
import { interrupted } from '../errors.ts';
import { channelInvalid, channelRefused } from './invalid.ts';
import { RecordingFetcher } from './recording-fetcher.ts';
import { targetPath, writeMetadata } from './repository.ts';
import { serveChannel } from './serve.ts';

export interface MirrorOptions {
  /** An http(s) address, or an absolute folder. */
  readonly from: string;
  /** Absolute; a mirror that is there is brought up to date. */
  readonly to: string;
  /** Text of the root.json that is trusted: the one the appliances were built with. */
  readonly root: string;
  readonly signal: AbortSignal;
}

export interface Mirrored {
  /** Bundles that were copied now. */
  readonly copied: readonly string[];
  /** Bundles that were there, and hold what they should. */
  readonly kept: readonly string[];
  /** When the timestamp ends, RFC 3339. */
  readonly expires: string;
}

/** What may become part of a path. */
const FILE = /^[A-Za-z0-9][A-Za-z0-9._+-]{0,199}$/;

/**
 * Copies a channel as a client that trusts nothing but the root given: the workflow of the TUF specification 1.0.33,
 * section 5, by tuf-js. Nothing gets its final name before it is verified, and the timestamp comes last. After a break the
 * bundles that are whole are not fetched again.
 * @throws {KilnError} `channel-refused`, with the mirror still showing what it did; `channel-invalid`, `interrupted`
 */
export async function mirrorChannel(options: MirrorOptions): Promise<Mirrored> {
  const { from, to } = options;
  const first = rootVersion(options.root);
  await mkdir(join(to, 'targets'), { recursive: true });
  const scratch = await mkdtemp(join(to, '.unverified-'));
  // A folder is asked as the network would be, so that there is one way and not two.
  const served = /^https?:\/\//.test(from) ? undefined : await serveChannel(from, 0, () => undefined);
  try {
    const address = (served?.address ?? from).replace(/\/*$/, '');
    await writeFile(join(scratch, 'root.json'), options.root);
    await seed(to, scratch);
    const fetcher = new RecordingFetcher();
    const places = { metadataBaseUrl: `${address}/metadata`, targetBaseUrl: `${address}/targets` };
    const updater = new Updater({ metadataDir: scratch, fetcher, ...places });
    await updater.refresh().catch((error: unknown) => {
      throw channelRefused(from, error);
    });
    const text = (role: string): Promise<string> => readFile(join(scratch, `${role}.json`), 'utf8');
    const [root, timestamp, snapshot, targets] = await Promise.all(
      ['root', 'timestamp', 'snapshot', 'targets'].map(text),
    );
    if (!root || !timestamp || !snapshot || !targets) throw new Error('tuf-js keeps what it verified');
    const last = rootVersion(root);
    const mirrored = await readFile(join(to, 'metadata/root.json'), 'utf8').catch(() => undefined);
    if (mirrored !== undefined && rootVersion(mirrored) > last)
      throw channelRefused(from, new Error(`its root is ${last}, and the mirror has a newer one`));

    const list = Metadata.fromJSON(MetadataKind.Targets, JSON.parse(targets)).signed;
    const copied: string[] = [];
    const kept: string[] = [];
    for (const target of Object.values(list.targets)) {
      if (options.signal.aborted) throw interrupted();
      ((await putTarget(updater, target, options)) ? copied : kept).push(target.path);
    }
    await writeMetadata(to, `${first}.root.json`, options.root);
    for (let version = first + 1; version <= last; version += 1) {
      // Each of them was verified by the one before: an appliance that begins at any of them gets on.
      await writeMetadata(to, `${version}.root.json`, fetcher.metadata(`${version}.root.json`));
    }
    await writeMetadata(to, `${list.version}.targets.json`, targets);
    const { version } = Metadata.fromJSON(MetadataKind.Snapshot, JSON.parse(snapshot)).signed;
    await writeMetadata(to, `${version}.snapshot.json`, snapshot);
    await writeMetadata(to, 'root.json', root);
    await writeMetadata(to, 'timestamp.json', timestamp);
    const { expires } = Metadata.fromJSON(MetadataKind.Timestamp, JSON.parse(timestamp)).signed;
    return { copied, kept, expires };
  } finally {
    await served?.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

/** tuf-js compares with what the mirror showed so far, so that nobody can turn it back. What does not verify it ignores. */
async function seed(to: string, scratch: string): Promise<void> {
  try {
    const timestamp = await readFile(join(to, 'metadata/timestamp.json'), 'utf8');
    const { version } = Metadata.fromJSON(MetadataKind.Timestamp, JSON.parse(timestamp)).signed.snapshotMeta;
    const snapshot = await readFile(join(to, `metadata/${version}.snapshot.json`), 'utf8');
    await writeFile(join(scratch, 'timestamp.json'), timestamp);
    await writeFile(join(scratch, 'snapshot.json'), snapshot);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw channelInvalid(`${to}: ${(error as Error).message}`, 'Mirror into an empty folder.', error);
  }
}

/** @returns false when it is there already */
async function putTarget(updater: Updater, target: TargetFile, { from, to }: MirrorOptions): Promise<boolean> {
  const { sha256 = '' } = target.hashes;
  if (!FILE.test(target.path) || !SHA256.test(sha256) || Object.keys(target.hashes).length !== 1)
    throw channelRefused(from, new Error(`${JSON.stringify(target.path)} is no bundle that Kiln has put there`));
  const path = targetPath(to, sha256, target.path);
  if ((await updater.findCachedTarget(target, path)) !== undefined) return false;
  await putDurably(path, (partial) =>
    updater.downloadTarget(target, partial).catch((error: unknown) => {
      throw channelRefused(`${from}: ${target.path}`, error);
    }),
  );
  return true;
}

function rootVersion(text: string): number {
  try {
    return Metadata.fromJSON(MetadataKind.Root, JSON.parse(text)).signed.version;
  } catch (error) {
    throw channelInvalid('the root that is to be trusted is no root.json', 'Name the one of the image: --root.', error);
  }
}
