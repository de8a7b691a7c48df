import { lstat, mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { RECEIPT_MAX_BYTES } from '../../contract/updates/receipt.ts';
import { compareVersions } from '../../contract/version.ts';
import { runCommand } from '../platform/run-command.ts';
import type { Imported, Progress } from './appliance.ts';
import type { CarriedBundles } from './carried-bundles.ts';
import { askChannel, type ChannelPlaces, type Known, trustedRoot } from './channel/channel-reader.ts';
import { FolderFetcher } from './channel/folder-fetcher.ts';
import type { Standing } from './facts-of-appliance.ts';
import { keepReceipt } from './receipts.ts';

const MOUNT_SECONDS = 60;
/** What discs and USB volumes are made with. */
const FILE_SYSTEMS = 'iso9660,udf,vfat,exfat';

interface Around {
  readonly channelPlaces: ChannelPlaces;
  /** Empty when the image trusts no channel. */
  readonly builtInRoot: string;
  readonly carried: CarriedBundles;
  readonly standing: Standing;
  readonly tell: (message: string) => void;
}

/**
 * Takes over what an operator carried here: a copy of the channel (a folder, or a disc or volume with one, as a file or
 * device), or a receipt of a test appliance. A copy is read as the channel itself is, with the same checks.
 * @param path absolute
 * @throws {ChannelError}, {ReceiptError}, {Error}
 */
export async function carryOver(path: string, around: Around, progress: Progress): Promise<Imported> {
  const found = await stat(path);
  if (found.isDirectory()) return fromFolder(path, around, progress);
  if (found.isFile() && path.endsWith('.json')) {
    const { receipt } = await keepReceipt(around.channelPlaces.updates, await readShort(path));
    return { kind: 'receipt', appliance: receipt.appliance, version: receipt.version };
  }
  if (!found.isFile() && !found.isBlockDevice()) throw new Error(`${path} is no folder, file or disk`);
  const at = join(around.channelPlaces.scratch, 'volume');
  await mkdir(at, { recursive: true });
  await runCommand('mount', ['-t', FILE_SYSTEMS, '-o', 'ro,nosuid,nodev,noexec,nosymfollow', path, at], MOUNT_SECONDS);
  try {
    return await fromFolder(await channelIn(at), around, progress);
  } finally {
    await runCommand('umount', [at], MOUNT_SECONDS);
    await rm(at, { recursive: true, force: true });
  }
}

async function fromFolder(folder: string, around: Around, progress: Progress): Promise<Imported> {
  const { channelPlaces, tell } = around;
  const builtInRoot = trustedRoot(around.builtInRoot);
  progress('reading the channel', null);
  const channel = pathToFileURL(`${folder}/`).href;
  const known = await askChannel(channelPlaces, { channel, fetcher: new FolderFetcher(), builtInRoot }, tell);
  return { kind: 'channel', known, bundles: await takeNewest(folder, known, around, progress) };
}

/** Of the bundles on the disc, the newest that could follow what runs here. @returns its version, if there is one */
async function takeNewest(
  folder: string,
  known: Known,
  { carried, standing }: Around,
  progress: Progress,
): Promise<string[]> {
  const newer = known.metadata.offers
    .filter(({ version, withdrawn }) => withdrawn === null && compareVersions(version, standing.running.version) > 0)
    .sort((a, b) => compareVersions(b.version, a.version));
  for (const { version, manifestHash } of newer) {
    const target = known.targets.get(manifestHash);
    if (target === undefined) continue;
    const file = join(folder, 'targets', `${target.sha256}.${target.path}`);
    // A link would lead out of the disk.
    if ((await lstat(file).catch(() => undefined))?.isFile() !== true) continue;
    await carried.take(file, manifestHash, target, progress);
    return [version];
  }
  return [];
}

/** A disc holds the channel itself, or a folder with it. */
async function channelIn(volume: string): Promise<string> {
  for (const folder of [volume, join(volume, 'channel')]) {
    const found = await stat(join(folder, 'metadata')).catch(() => undefined);
    if (found?.isDirectory() === true) return folder;
  }
  throw new Error('the volume holds no channel: neither a folder metadata nor channel/metadata');
}

async function readShort(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const buffer = Buffer.alloc(RECEIPT_MAX_BYTES + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
