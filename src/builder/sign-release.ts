import { lstat, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Release, ReleaseBundle } from '../contract/release.ts';
import { filesOf } from '../contract/release-files.ts';
import { sha256File } from './cache/sha256-file.ts';
import type { SignOptions } from './cli/work.ts';
import type { Context } from './context.ts';
import { putAllDurably } from './durable-file.ts';
import { KilnError } from './errors.ts';
import type { Bind } from './exec/tool-tree.ts';
import { asFileError } from './formats/file-error.ts';
import { CHECKSUM_FILE, RELEASE_FILE } from './names.ts';
import { checkedFiles } from './signing/checked-files.ts';
import { checkImageAccepts } from './signing/image-accepts.ts';
import { invalidFiles, readRelease } from './smoke/release-folder.ts';
import { SLOT_FILE } from './steps/bundle.ts';
import { descriptionOf } from './steps/describe.ts';
import { currentToolTree } from './tool-tree.ts';
import { inWork, type RaucPlace, raucConfiguration, raucExtract, raucInfo, raucResign } from './tools/rauc.ts';

/** As {@link signRelease}, with the tool tree of a bake. */
export async function sign(ctx: Context, options: SignOptions): Promise<Release> {
  // Before the tool tree is fetched: mistakes are told at once.
  await checkedFiles(ctx.exec, options.signing);
  bundleOf(await readRelease(options.folder), options.folder);
  const logDir = join(dirname(options.folder), 'logs');
  await mkdir(logDir, { recursive: true });
  const toolTree = await currentToolTree(ctx, join(logDir, 'tool-tree.log'));
  return ctx.progress.step('sign', 'Sign the update bundle', () => signRelease(ctx, { ...options, toolTree }));
}

/**
 * Replaces the signature of a release's update bundle. Payload and manifest stay, so the manifest hash does too; what
 * `release.json` and `SHA256SUMS` say of the bundle follows. The caller holds the image's lock.
 *
 * All three are made complete beside the old ones, then renamed: bundle, `release.json`, `SHA256SUMS`. A kill in between
 * leaves a digest that does not hold, in `release.json` or in `SHA256SUMS`, so that `kiln verify` tells of it. Running it
 * again mends both: a bundle that `release.json` does not name is taken all the same when the keyring given
 * accepts it and its manifest hash, which stands for all of the payload, is the one in `release.json`.
 * @param options.toolTree unpacked tool tree
 * @throws {KilnError} `signing-invalid` also when the image's own keyring does not accept the certificate;
 *   `release-missing`; `release-invalid` when there is no bundle or a file is not the one that `release.json` names
 */
export async function signRelease(ctx: Context, options: SignOptions & { toolTree: string }): Promise<Release> {
  const { folder, toolTree } = options;
  const signing = await checkedFiles(ctx.exec, options.signing);
  const release = await readRelease(folder);
  const before = bundleOf(release, folder);
  const path = join(folder, before.file);
  const workDir = join(ctx.scratch, 'sign');
  const place: RaucPlace = {
    ...{ toolTree, workDir, configuration: inWork('rauc.conf') },
    epoch: Date.parse(release.created) / 1000,
  };
  const inside = (file: string): string => inWork('release', basename(file));
  const binds: readonly Bind[] = [[folder, inWork('release')]];
  try {
    await mkdir(join(workDir, 'release'), { recursive: true });
    for (const name of ['signing.key', 'signing.pem']) await writeFile(join(workDir, name), '');
    await writeFile(join(workDir, 'keyring.pem'), signing.keyring);
    await writeFile(join(workDir, 'rauc.conf'), raucConfiguration(release.image, inWork('keyring.pem')));
    await checkFiles(folder, release, async () => {
      const { manifestHash } = await raucInfo(ctx.exec, place, inside(path), binds);
      return manifestHash === before.manifestHash;
    });
    await removePartials(folder);
    let signed = release;
    await putAllDurably(
      [path, join(folder, RELEASE_FILE), join(folder, CHECKSUM_FILE)],
      async ([partial = '', json = '', sums = '']) => {
        await raucResign(ctx.exec, place, {
          ...{ bundle: inside(path), output: inside(partial), keyring: inWork('keyring.pem') },
          ...{ key: inWork('signing.key'), certificate: inWork('signing.pem') },
          binds: [...binds, [signing.keyFile, inWork('signing.key')], [signing.certificateFile, inWork('signing.pem')]],
        });
        const info = await raucInfo(ctx.exec, place, inside(partial), binds);
        checkSame(path, release, before, info);
        await raucExtract(ctx.exec, place, { bundle: inside(partial), folder: inWork('payload'), binds });
        const slot = join(workDir, 'payload', SLOT_FILE);
        await checkImageAccepts(ctx.exec, slot, options.signing.certificate, workDir);
        const digest = { sizeBytes: (await stat(partial)).size, sha256: await sha256File(partial) };
        signed = { ...release, bundle: { ...before, ...digest, signer: signing.signer } };
        const texts = descriptionOf(signed);
        await writeFile(json, texts.json, { mode: 0o644 });
        await writeFile(sums, texts.checksums, { mode: 0o644 });
      },
    );
    return signed;
  } catch (error) {
    throw asFileError(error, `write ${before.file}`);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

function bundleOf({ bundle }: Release, folder: string): ReleaseBundle {
  if (bundle !== null) return bundle;
  throw new KilnError({
    code: 'release-invalid',
    message: `the release in ${folder} has no update bundle: there is nothing to sign`,
    hint: 'Bake it again: releases of older Kilns have none.',
  });
}

/** @param isSame whether a bundle of another digest is the one that a killed run has signed */
async function checkFiles(folder: string, release: Release, isSame: () => Promise<boolean>): Promise<void> {
  const faults: string[] = [];
  for (const { file, sha256 } of filesOf(release)) {
    const path = join(folder, file);
    const there = await lstat(path).catch(() => undefined);
    if (there?.isFile() !== true) {
      faults.push(`${path} is missing though release.json names it`);
      continue;
    }
    const found = await sha256File(path);
    if (found === sha256) continue;
    if (file === release.bundle?.file && (await isSame().catch(refused))) continue;
    faults.push(`${path} has the SHA-256 ${found}; release.json says ${sha256}`);
  }
  if (faults.length > 0) throw invalidFiles(faults);
}

function refused(error: unknown): false {
  if (error instanceof KilnError && error.code === 'tool-failed') return false;
  throw error;
}

function checkSame(
  path: string,
  { image, version }: Release,
  { manifestHash }: ReleaseBundle,
  found: { format: string; compatible: string; version: string; manifestHash: string },
): void {
  const expected = ['verity', image, version, manifestHash].join(' ');
  const told = [found.format, found.compatible, found.version, found.manifestHash].join(' ');
  if (told !== expected) throw invalidFiles([`${path} is ${told}; release.json says ${expected}`]);
}

/** What a killed run has left. */
async function removePartials(folder: string): Promise<void> {
  for (const name of await readdir(folder))
    if (/^\..+\.partial-\d+$/.test(name)) await rm(join(folder, name), { recursive: true, force: true });
}
