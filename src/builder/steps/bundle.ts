import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ReleaseBundle } from '../../contract/release.ts';
import type { Context } from '../context.ts';
import { KilnError } from '../errors.ts';
import type { Bind } from '../exec/tool-tree.ts';
import { asFileError } from '../formats/file-error.ts';
import { bundleFileName, partialPath } from '../names.ts';
import type { Signing } from '../signing/signing.ts';
import { inWork, type RaucPlace, raucBundle, raucConfiguration, raucInfo } from '../tools/rauc.ts';

export interface BundleInput {
  image: string;
  version: string;
  epoch: number;
  /** From `makeSlot`; it is only read. */
  slotImage: string;
  /** Unpacked tool tree. */
  toolTree: string;
  signing: Signing;
  /** A new folder on the slot image's file system; it is removed at the end. */
  workDir: string;
  /** Where the bundle appears. */
  stagingDir: string;
  /** Threads that compress, at least 1. */
  threads: number;
  logFile: string;
}

/** Class of the slots a bundle is for, and the image in it. */
const SLOT_CLASS = 'rootfs';
export const SLOT_FILE = 'rootfs.img';

/**
 * Makes the update bundle: the slot image with an index of its blocks, so that an appliance fetches those that changed,
 * signed over its manifest, which holds the root of a hash tree over all of it (RAUC's verity format).
 *
 * The payload's bytes depend on the inputs alone. Salt and signature are new each time: RAUC draws them.
 * @throws {KilnError} `tool-failed` also when the keyring does not accept the signer
 */
export async function makeBundle(ctx: Context, input: BundleInput): Promise<ReleaseBundle> {
  const { image, version, workDir, stagingDir, signing, toolTree, epoch, threads, logFile } = input;
  const file = bundleFileName(image, version);
  const partial = partialPath(join(stagingDir, file));
  try {
    await rm(partial, { force: true });
    await prepare(input);
    const place: RaucPlace = { toolTree, workDir, configuration: inWork('rauc.conf'), epoch, logFile };
    const output: Bind = [stagingDir, inWork('release')];
    // The private key is bound and never copied.
    const keys: readonly Bind[] = [
      [signing.keyFile, inWork('signing.key')],
      [signing.certificateFile, inWork('signing.pem')],
    ];
    const inside = inWork('release', basename(partial));
    await raucBundle(ctx.exec, place, {
      content: inWork('content'),
      output: inside,
      key: inWork('signing.key'),
      certificate: inWork('signing.pem'),
      threads,
      binds: [output, ...keys],
    });
    const info = await raucInfo(ctx.exec, place, inside, [output]);
    if (info.format !== 'verity' || info.compatible !== image || info.version !== version) {
      throw new KilnError({
        code: 'tool-failed',
        message: `rauc made a bundle of the format ${info.format} for ${info.compatible} ${info.version}, expected verity for ${image} ${version}`,
        hint: `The whole output is in ${logFile}.`,
      });
    }
    const bundle = { file, ...(await digest(partial)), manifestHash: info.manifestHash, signer: signing.signer };
    await rename(partial, join(stagingDir, file));
    return bundle;
  } catch (error) {
    await rm(partial, { force: true });
    throw asFileError(error, `write ${file}`);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

async function prepare({ image, version, slotImage, workDir, signing }: BundleInput): Promise<void> {
  await mkdir(join(workDir, 'content'), { recursive: true });
  await mkdir(join(workDir, 'release'));
  await link(slotImage, join(workDir, 'content', SLOT_FILE));
  await writeFile(join(workDir, 'content/manifest.raucm'), manifest(image, version));
  await writeFile(join(workDir, 'keyring.pem'), signing.signerKeyring ?? signing.keyring);
  await writeFile(join(workDir, 'rauc.conf'), raucConfiguration(image, inWork('keyring.pem')));
  for (const name of ['signing.key', 'signing.pem']) await writeFile(join(workDir, name), '');
}

/** RAUC's manual, "Manifest". RAUC adds digests and the hash tree. */
function manifest(image: string, version: string): string {
  return [
    '[update]',
    `compatible=${image}`,
    `version=${version}`,
    '',
    '[bundle]',
    'format=verity',
    '',
    `[image.${SLOT_CLASS}]`,
    `filename=${SLOT_FILE}`,
    'adaptive=block-hash-index',
    '',
  ].join('\n');
}

async function digest(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return { sizeBytes: (await stat(path)).size, sha256: hash.digest('hex') };
}
