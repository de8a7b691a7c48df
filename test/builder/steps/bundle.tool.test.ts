import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bind, inToolTree, toolTreeEnvironment } from '../../../src/builder/exec/tool-tree.ts';
import { developmentKeys } from '../../../src/builder/signing/development-keys.ts';
import type { Signing } from '../../../src/builder/signing/signing.ts';
import { makeBundle } from '../../../src/builder/steps/bundle.ts';
import { makeSlot } from '../../../src/builder/steps/slot.ts';
import { inWork, type RaucInfo, raucConfiguration, raucInfo } from '../../../src/builder/tools/rauc.ts';
import type { ReleaseBundle } from '../../../src/contract/release.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { realToolTree } from './real-tool-tree.ts';

const MIB = 1024 ** 2;
const epoch = 1_767_225_600;
const folder = tempFolder();
const { ctx, toolTree } = await realToolTree(folder);
const logFile = join(folder, 'test.log');

/** A small root tree whose files neither compress away nor change. */
async function sampleSlot(): Promise<string> {
  const treeDir = join(folder, 'tree');
  mkdirSync(treeDir);
  for (let i = 0; i < 32; i += 1) {
    const noise = Array.from({ length: 2048 }, (_, at) => createHash('sha256').update(`${i}/${at}`).digest());
    writeFileSync(join(treeDir, `file-${i}`), Buffer.concat(noise));
  }
  const output = join(folder, 'slot.ext4');
  const slot = { image: 'sample', version: '1.2.3', epoch, treeDir, toolTree, slotBytes: 16 * MIB, output, logFile };
  await makeSlot(ctx, slot);
  return output;
}

const slotImage = await sampleSlot();
const own = await developmentKeys(ctx.exec, join(folder, 'own'));
const other = await developmentKeys(ctx.exec, join(folder, 'other'));

let count = 0;
async function make(signing: Signing): Promise<{ path: string; bundle: ReleaseBundle; stagingDir: string }> {
  count += 1;
  const stagingDir = join(folder, `release-${count}`);
  mkdirSync(stagingDir);
  const workDir = join(folder, `work-${count}`);
  const input = { image: 'sample', version: '1.2.3', epoch, slotImage, toolTree, signing, threads: 2, logFile };
  const bundle = await makeBundle(ctx, { ...input, workDir, stagingDir });
  assert.not.ok(readdirSync(folder).includes(`work-${count}`));
  return { path: join(stagingDir, bundle.file), bundle, stagingDir };
}

const made = await make(own);

/** A place where RAUC runs with the configuration of an appliance that has this keyring, and sees this bundle. */
function appliance(path: string, keyring: string, configuration = raucConfiguration('sample', inWork('keyring.pem'))) {
  const workDir = tempFolder();
  writeFileSync(join(workDir, 'keyring.pem'), keyring);
  writeFileSync(join(workDir, 'rauc.conf'), configuration);
  writeFileSync(join(workDir, 'bundle'), '');
  const binds: readonly Bind[] = [
    ['/proc', '/proc'],
    ['/dev', '/dev'],
    [path, inWork('bundle')],
  ];
  return { workDir, binds, place: { toolTree, workDir, configuration: inWork('rauc.conf'), epoch } };
}

function read(path: string, keyring: string, configuration?: string): Promise<RaucInfo> {
  const { place, binds } = appliance(path, keyring, configuration);
  return raucInfo(ctx.exec, place, inWork('bundle'), binds);
}

/** Unpacks a bundle, which looks at every block of it. @returns the slot image in it */
async function extract(path: string, keyring: string): Promise<Buffer> {
  const { workDir, binds } = appliance(path, keyring);
  const argv = ['rauc', `--conf=${inWork('rauc.conf')}`, 'extract', inWork('bundle'), inWork('out')];
  const options = { purpose: 'unpack the bundle', timeoutSeconds: 60, env: toolTreeEnvironment(epoch) };
  await ctx.exec.run(inToolTree(toolTree, workDir, argv, binds), options);
  return readFileSync(join(workDir, 'out/rootfs.img'));
}

/** A copy of the bundle that `change` has worked on. */
function changed(change: (path: string, bytes: Buffer) => void): string {
  const path = join(tempFolder(), 'changed.raucb');
  copyFileSync(made.path, path);
  change(path, readFileSync(path));
  return path;
}

/** Flips one bit. @param at counted from the end when negative */
function flipped(at: number): string {
  return changed((path, bytes) => {
    const index = at < 0 ? bytes.length + at : at;
    bytes[index] = (bytes[index] ?? 0) ^ 1;
    writeFileSync(path, bytes);
  });
}

test('the bundle is what the release says of it, and nothing lies beside it', () => {
  const bytes = readFileSync(made.path);
  const { manifestHash, ...rest } = made.bundle;
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  assert.equal(rest, { file: 'sample-1.2.3.raucb', sizeBytes: bytes.length, sha256, signer: own.signer });
  assert.match(manifestHash, /^[0-9a-f]{64}$/);
  assert.equal(readdirSync(made.stagingDir), ['sample-1.2.3.raucb']);
});

test('it holds the very bytes of the slot, and an index of its blocks', async () => {
  assert.ok((await extract(made.path, own.keyring)).equals(readFileSync(slotImage)));
  const { place, binds } = appliance(made.path, own.keyring);
  const argv = ['rauc', `--conf=${place.configuration}`, 'info', '--output-format=json', inWork('bundle')];
  const options = { purpose: 'read the bundle', timeoutSeconds: 60 };
  const { stdout } = await ctx.exec.run(inToolTree(toolTree, place.workDir, argv, binds), options);
  const { images, hash } = JSON.parse(stdout) as { images: { rootfs: { adaptive: string[] } }[]; hash: string };
  assert.equal(
    images.map(({ rootfs }) => rootfs.adaptive),
    [['block-hash-index']],
  );
  assert.is(hash, made.bundle.manifestHash);
});

test('the private key is in no file that a bake leaves', () => {
  const key = readFileSync(own.keyFile, 'utf8').split('\n')[1] ?? '';
  assert.ok(key.length > 40);
  for (const path of [made.path, logFile]) assert.not.ok(readFileSync(path, 'latin1').includes(key), path);
});

test('the payload is the same bytes each time; salt and signature are not', async () => {
  const again = await make(own);
  /** Length of a squashfs: bytes_used in its superblock. */
  const payload = (path: string): Buffer => {
    const bytes = readFileSync(path);
    return bytes.subarray(0, Number(bytes.readBigUInt64LE(40)));
  };
  assert.ok(payload(again.path).length > MIB);
  assert.ok(payload(again.path).equals(payload(made.path)));
  assert.not.equal(again.bundle.sha256, made.bundle.sha256);
});

test('an appliance takes what its keyring has signed, for its own image', async () => {
  const { compatible, version, format } = await read(made.path, own.keyring);
  assert.equal({ compatible, version, format }, { compatible: 'sample', version: '1.2.3', format: 'verity' });
});

test('signed by another authority: refused, also under the same name', async () => {
  const { message } = await caught('tool-failed', () => read(made.path, other.keyring));
  assert.match(message, /signature verification failed/);
});

test('a signer that its own keyring does not accept makes no bundle', async () => {
  await caught('tool-failed', () => make({ ...own, keyring: other.keyring }));
  assert.equal(readdirSync(join(folder, `release-${count}`)), []);
});

test('roll-over: with old and new authority both are taken, then the old one is not', async () => {
  const byNew = await make({ ...other, keyring: own.keyring + other.keyring });
  const both = own.keyring + other.keyring;
  await read(made.path, both);
  await read(byNew.path, both);
  await read(byNew.path, other.keyring);
  await caught('tool-failed', () => read(byNew.path, own.keyring));
  await caught('tool-failed', () => read(made.path, other.keyring));
});

for (const at of [100, 1_500_000]) {
  test(`a bit flipped in the payload, byte ${at}: refused where the block is read`, async () => {
    const { message } = await caught('tool-failed', () => extract(flipped(at), own.keyring));
    assert.match(message, /bundle payload is corrupted/);
  });
}

for (const at of [-1, -8, -40, -300, -600]) {
  test(`a bit flipped in manifest, signature or length, ${-at} bytes before the end: refused`, async () => {
    await caught('tool-failed', () => read(flipped(at), own.keyring));
  });
}

for (const kept of [0, 1, 4096, 1_500_000, made.bundle.sizeBytes - 1]) {
  test(`cut short to ${kept} bytes: refused`, async () => {
    const short = changed((path) => truncateSync(path, kept));
    await caught('tool-failed', () => read(short, own.keyring));
  });
}

test.run();
