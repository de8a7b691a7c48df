// `kiln sign` with Debian 13's RAUC: a small slot with a keyring, a release around its bundle.
import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Bind } from '../../src/builder/exec/tool-tree.ts';
import { signRelease } from '../../src/builder/sign-release.ts';
import type { SigningFiles } from '../../src/builder/signing/checked-files.ts';
import { developmentKeys } from '../../src/builder/signing/development-keys.ts';
import { settleSigning } from '../../src/builder/signing/signing.ts';
import { makeBundle } from '../../src/builder/steps/bundle.ts';
import { descriptionOf } from '../../src/builder/steps/describe.ts';
import { publishedRelease } from '../../src/builder/steps/publish.ts';
import { makeSlot } from '../../src/builder/steps/slot.ts';
import { inWork, type RaucInfo, raucConfiguration, raucInfo } from '../../src/builder/tools/rauc.ts';
import { checkSums } from '../../src/builder/verify/checksums.ts';
import { parseRelease } from '../../src/contract/parse-release.ts';
import type { Release } from '../../src/contract/release.ts';
import { caught } from '../support/caught.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { sampleRelease } from './smoke/sample-release.ts';
import { realToolTree } from './steps/real-tool-tree.ts';

const epoch = 1_767_225_600;
const folder = tempFolder();
const { ctx, toolTree } = await realToolTree(folder);
const logFile = join(folder, 'test.log');

async function keys(name: string) {
  const at = join(folder, name);
  const { keyring, signer } = await developmentKeys(ctx.exec, at);
  const files: SigningFiles = {
    ...{ key: join(at, 'signing.key'), certificate: join(at, 'signing.pem') },
    keyring: join(at, 'authority.pem'),
  };
  return { keyring, signer, files };
}
const [bakes, releases, foreign] = [await keys('bakes'), await keys('releases'), await keys('foreign')];

const digestOf = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** A release as a bake leaves it, signed by `bakes`, baked with the keyring of `releases` alone: its image trusts no other. */
async function bakedRelease(): Promise<string> {
  const treeDir = join(folder, 'tree');
  mkdirSync(join(treeDir, 'etc/rauc'), { recursive: true });
  writeFileSync(join(treeDir, 'etc/rauc/keyring.pem'), releases.keyring);
  // RAUC makes no bundle as small as one that compresses to nothing.
  writeFileSync(join(treeDir, 'noise'), randomBytes(1024 ** 2));
  const slotImage = join(folder, 'slot.ext4');
  const of = { image: 'sample', version: '1.2.3', epoch, toolTree, logFile };
  await makeSlot(ctx, { ...of, treeDir, slotBytes: 16 * 1024 ** 2, output: slotImage });
  const stagingDir = join(folder, 'sample/1.2.3');
  mkdirSync(stagingDir, { recursive: true });
  const choice = { kind: 'development', folder: join(folder, 'bakes'), keyring: releases.files.keyring } as const;
  const signing = await settleSigning(ctx.exec, choice);
  assert.is(signing.keyring, releases.keyring);
  const bundle = await makeBundle(ctx, {
    ...{ ...of, slotImage, signing, threads: 2, workDir: join(folder, 'work'), stagingDir },
  });
  const [artifact] = sampleRelease.artifacts;
  assert.ok(artifact);
  writeFileSync(join(stagingDir, artifact.file), 'the disk\n');
  const described = { ...artifact, sizeBytes: 9, sha256: digestOf('the disk\n') };
  describeAs(stagingDir, { ...sampleRelease, artifacts: [described], bundle });
  return stagingDir;
}

function describeAs(at: string, release: Release): void {
  const { json, checksums } = descriptionOf(release);
  writeFileSync(join(at, 'release.json'), json);
  writeFileSync(join(at, 'SHA256SUMS'), checksums);
}

const baked = await bakedRelease();
const BUNDLE = 'sample-1.2.3.raucb';

/** A copy of the baked release, times included, for one test. */
function copy(): string {
  const at = join(tempFolder(), '1.2.3');
  cpSync(baked, at, { recursive: true, preserveTimestamps: true });
  return at;
}
const releaseOf = (at: string): Release => parseRelease(JSON.parse(readFileSync(join(at, 'release.json'), 'utf8')));
const contents = (at: string) => readdirSync(at).map((name) => [name, digestOf(readFileSync(join(at, name)))]);
const signAs = (at: string, files: SigningFiles) => signRelease(ctx, { folder: at, signing: files, toolTree });

/** What an appliance with this keyring says of the bundle. */
function read(at: string, keyring: string): Promise<RaucInfo> {
  const workDir = tempFolder();
  writeFileSync(join(workDir, 'keyring.pem'), keyring);
  writeFileSync(join(workDir, 'rauc.conf'), raucConfiguration('sample', inWork('keyring.pem')));
  writeFileSync(join(workDir, 'bundle'), '');
  const binds: readonly Bind[] = [[join(at, BUNDLE), inWork('bundle')]];
  return raucInfo(ctx.exec, { toolTree, workDir, configuration: inWork('rauc.conf'), epoch }, inWork('bundle'), binds);
}

/** Every rule of sums and digests holds, and nothing lies beside the release. */
async function holds(at: string): Promise<void> {
  const told: string[] = [];
  await checkSums(at, releaseOf(at), (rule, where, message) => told.push(`${rule} ${where} ${message}`));
  assert.equal(told, []);
  assert.ok(await publishedRelease(at));
  assert.equal(readdirSync(at).sort(), readdirSync(baked).sort());
}

/** Why it is refused; the release is as it was. */
async function refusal(code: 'release-invalid' | 'signing-invalid', at: string, files = releases.files) {
  const before = contents(at);
  const { message } = await caught(code, () => signAs(at, files));
  assert.equal(contents(at), before);
  return message;
}

const signed = copy();
await signAs(signed, releases.files);

test('signed by the other keys: the new keyring takes it, the old one no more', async () => {
  await read(baked, bakes.keyring);
  const { manifestHash, version, format } = await read(signed, releases.keyring);
  assert.equal([version, format], ['1.2.3', 'verity']);
  assert.is(manifestHash, releaseOf(baked).bundle?.manifestHash);
  assert.match(
    (await caught('tool-failed', () => read(signed, bakes.keyring))).message,
    /signature verification failed/,
  );
});

test('payload, hash tree and all else of the release stay; bundle and sums follow', async () => {
  const [before, after] = [releaseOf(baked), releaseOf(signed)];
  assert.ok(before.bundle && after.bundle);
  const { sizeBytes, sha256, signer, ...kept } = after.bundle;
  const bytes = readFileSync(join(signed, BUNDLE));
  assert.equal([sizeBytes, sha256, signer], [bytes.length, digestOf(bytes), releases.signer]);
  assert.equal({ ...before.bundle, ...kept }, before.bundle);
  assert.equal({ ...after, bundle: before.bundle }, before);
  const old = readFileSync(join(baked, BUNDLE));
  /** RAUC appends the signature and its length, 8 bytes, big endian. */
  const unsigned = (all: Buffer): Buffer =>
    all.subarray(0, all.length - 8 - Number(all.readBigUInt64BE(all.length - 8)));
  assert.ok(unsigned(old).length > 100_000);
  assert.ok(unsigned(old).equals(unsigned(bytes)));
  await holds(signed);
});

test('killed after the bundle got its name: sums tell of it, and signing again mends it', async () => {
  const at = copy();
  cpSync(join(signed, BUNDLE), join(at, BUNDLE));
  writeFileSync(join(at, `.${BUNDLE}.partial-1`), 'left');
  const told: string[] = [];
  await checkSums(at, releaseOf(at), (rule) => told.push(rule));
  assert.ok(told.includes('release-checksums'));
  await signAs(at, releases.files);
  await holds(at);
  assert.is(releaseOf(at).bundle?.signer, releases.signer);
});

test('killed after release.json got its name: the same', async () => {
  const at = copy();
  for (const name of [BUNDLE, 'release.json']) cpSync(join(signed, name), join(at, name));
  const told: string[] = [];
  await checkSums(at, releaseOf(at), (rule) => told.push(rule));
  assert.ok(told.includes('release-checksums'));
  await signAs(at, releases.files);
  await holds(at);
});

test('a bundle that somebody else has signed is not taken for one that a kill left', async () => {
  const at = copy();
  cpSync(join(signed, BUNDLE), join(at, BUNDLE));
  assert.match(await refusal('release-invalid', at, bakes.files), /raucb has the SHA-256/);
});

const tampered: Readonly<Record<string, readonly [change: (at: string) => void, RegExp]>> = {
  'a changed artifact': [(at) => appendFileSync(join(at, 'sample-1.2.3-kvm.qcow2'), 'x'), /qcow2 has the SHA-256/],
  'a missing artifact': [(at) => rmSync(join(at, 'sample-1.2.3-kvm.qcow2')), /qcow2 is missing/],
  'a missing bundle': [(at) => rmSync(join(at, BUNDLE)), /raucb is missing/],
  'a changed bundle': [(at) => appendFileSync(join(at, BUNDLE), 'x'), /raucb has the SHA-256/],
  'another manifest hash': [
    (at) => {
      const { bundle, ...rest } = releaseOf(at);
      assert.ok(bundle);
      describeAs(at, { ...rest, bundle: { ...bundle, manifestHash: '0'.repeat(64) } });
    },
    /release\.json says verity sample 1\.2\.3 0000/,
  ],
  'no bundle': [(at) => describeAs(at, { ...releaseOf(at), bundle: null }), /nothing to sign/],
};
for (const [what, [change, reason]] of Object.entries(tampered)) {
  test(`refused, and the release stays as it was: ${what}`, async () => {
    const at = copy();
    change(at);
    assert.match(await refusal('release-invalid', at), reason);
  });
}

test('a payload that was changed together with release.json is not signed', async () => {
  const at = copy();
  const bytes = readFileSync(join(at, BUNDLE));
  // Within the noise, which squashfs does not compress.
  bytes[500_000] = (bytes[500_000] ?? 0) ^ 1;
  writeFileSync(join(at, BUNDLE), bytes);
  const { bundle, ...rest } = releaseOf(at);
  assert.ok(bundle);
  describeAs(at, { ...rest, bundle: { ...bundle, sha256: digestOf(bytes) } });
  const before = contents(at);
  await caught('tool-failed', () => signAs(at, releases.files));
  assert.equal(contents(at), before);
});

test('keys that the image does not trust are refused, whatever keyring is named', async () => {
  const message = await refusal('signing-invalid', copy(), foreign.files);
  assert.match(message, /the image was baked with does not accept it: unable to get local issuer certificate/);
});

test.run();
