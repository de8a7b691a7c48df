import { mkdir, mkdtemp, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Context } from '../../../src/builder/context.ts';
import { artifactFileName, artifactKinds } from '../../../src/builder/names.ts';
import { listArtifacts, readRelease } from '../../../src/builder/smoke/release-folder.ts';
import { verifyArtifacts } from '../../../src/builder/smoke/verify.ts';
import { describeRelease } from '../../../src/builder/steps/describe.ts';
import { wrapAll } from '../../../src/builder/steps/wrap.ts';
import { readDiskImage } from '../../../src/builder/tools/qemu-img.ts';
import { Bytes } from '../../../src/builder/verify/bytes.ts';
import { checkEsp } from '../../../src/builder/verify/esp.ts';
import { checkKernel } from '../../../src/builder/verify/kernel.ts';
import { checkPartitions } from '../../../src/builder/verify/partitions.ts';
import { type VerifyReport, verifyRelease } from '../../../src/builder/verify/verify.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { sampleContext } from '../steps/sample-context.ts';
import { sampleRecipe } from '../targets/sample-recipe.ts';
import { BUNDLE, bundleViolations, sampleBundle, slotOf } from './bundle-violations.ts';
import { Chance } from './mutations.ts';
import { diskViolations, flip, type ReleaseViolation, releaseViolations } from './release-violations.ts';
import type { Told } from './sample.ts';
import { bootDisk, run, signedLoaders } from './sample-boot-disk.ts';

const folder = tempFolder();
const release = join(folder, 'release');
const raw = await bootDisk(folder, await signedLoaders());
const { ctx: plain } = sampleContext(new AbortController().signal);
const ctx: Context = { ...plain, scratch: join(folder, 'scratch') };
await mkdir(ctx.scratch);

test('a small release, with a disk that sfdisk, mkfs and mtools made, keeps every rule', async () => {
  const disk = await readDiskImage(ctx.exec, raw);
  const common = { recipe: sampleRecipe, disk, epoch: 1_767_225_600, stagingDir: release, threads: 2 };
  const artifacts = await wrapAll(ctx, { ...common, kinds: artifactKinds });
  await describeRelease(ctx, {
    ...common,
    artifacts,
    bundle: await sampleBundle(release, await slotOf(raw)),
    steps: {},
    tools: {},
  });
  const report = await verifyRelease(ctx, { folder: release, checksums: true });
  assert.equal(report.findings, []);
  assert.is(report.artifacts.length, artifactKinds.length);
});

for (const { rule, what, slot } of bundleViolations) {
  test(`${rule}: ${what}`, async () => {
    const path = join(release, BUNDLE);
    await rename(path, `${path}.kept`);
    try {
      await sampleBundle(release, slot === null ? null : slot(await slotOf(raw)));
      const { findings } = await verifyRelease(ctx, { folder: release, checksums: false, only: ['kvm'] });
      assert.equal(
        findings.map((finding) => [finding.rule, finding.file]),
        [[rule, BUNDLE]],
      );
    } finally {
      await rename(`${path}.kept`, path);
    }
  });
}

async function verifyWith({ rule, kind, changes, change }: ReleaseViolation): Promise<VerifyReport> {
  const name = changes === 'artifact' ? artifactFileName('sample', '1.2.3', kind) : changes;
  const file = join(release, name);
  await run('cp', '--sparse=always', file, `${file}.kept`);
  try {
    await change(file);
    return await verifyRelease(ctx, { folder: release, checksums: rule === 'release-checksums', only: [kind] });
  } finally {
    await rename(`${file}.kept`, file);
  }
}

for (const violation of releaseViolations) {
  test(`${violation.rule}: ${violation.what}`, async () => {
    const { findings } = await verifyWith(violation);
    assert.ok(
      findings.some(({ rule }) => rule === violation.rule),
      JSON.stringify(findings),
    );
  });
}

/** Flips in each file. The fixed VHD is as long as the disk, so that hashing it takes longest. */
const manyFlips = [
  { kinds: artifactKinds.filter((kind) => kind !== 'azure'), rounds: 40 },
  { kinds: ['azure'], rounds: 4 },
] as const;

test('a flipped bit anywhere in an artifact is found: 40 in each of six files, 4 in the VHD', async () => {
  const chance = new Chance(1);
  for (const { kinds, rounds } of manyFlips) {
    const listed = listArtifacts(await readRelease(release), release, kinds);
    for (let round = 0; round < rounds; round++) {
      const flips = listed.map(({ path, sizeBytes }) => ({ path, at: chance.below(sizeBytes) }));
      for (const { path, at } of flips) await flip(path, at);
      const { message } = await caught('release-invalid', () => verifyArtifacts(ctx, listed));
      for (const { path } of flips) assert.match(message, `${path} has the SHA-256`);
      for (const { path, at } of flips) await flip(path, at);
    }
    await verifyArtifacts(ctx, listed);
  }
});

async function lookAt(disk: string): Promise<Told[]> {
  const told: Told[] = [];
  const scratch = await mkdtemp(join(folder, 'look-'));
  const tell = (rule: Told['rule'], where: string, message: string) => told.push({ rule, where, message });
  await Bytes.with(disk, async (bytes) => {
    const gpt = await checkPartitions(bytes, tell);
    if (gpt === undefined) return;
    await checkEsp(ctx.exec, disk, gpt, scratch, tell);
    await checkKernel(ctx.exec, disk, gpt, scratch, tell);
  });
  return told;
}

for (const { rule, what, change } of diskViolations) {
  test(`${rule}: ${what}`, async () => {
    const work = await mkdtemp(join(folder, 'disk-'));
    const disk = join(work, 'disk.raw');
    await run('cp', '--sparse=always', raw, disk);
    await change(disk, work);
    const told = await lookAt(disk);
    assert.equal([...new Set(told.map((finding) => finding.rule))], [rule], JSON.stringify(told));
  });
}

test.run();
