import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import type { DiskImage } from '../../../src/builder/formats/disk-image.ts';
import { artifactFileName, artifactKinds } from '../../../src/builder/names.ts';
import { wrapAll } from '../../../src/builder/steps/wrap.ts';
import { readDiskImage } from '../../../src/builder/tools/qemu-img.ts';
import type { ReleaseArtifact } from '../../../src/contract/release.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { noise, text, writeSampleDisk } from '../formats/sample-disk.ts';
import { sampleRecipe } from '../targets/sample-recipe.ts';
import { sampleContext } from './sample-context.ts';

const MIB = 1024 * 1024;
const never = new AbortController().signal;
const exec = createExec(never);
const limits = { purpose: 'check the artifact', timeoutSeconds: 300 };
const epoch = 1_767_225_600;

const run = (...argv: [string, ...string[]]) => exec.run(argv, limits);

async function wrap(disk: DiskImage, stagingDir: string, threads = 2): Promise<ReleaseArtifact[]> {
  const { ctx } = sampleContext(never);
  return wrapAll(ctx, { recipe: sampleRecipe, disk, epoch, kinds: artifactKinds, stagingDir, threads });
}

/** Reads every artifact back with the tools a customer would use, and compares it with the disk. */
async function compareAll(disk: DiskImage, artifacts: readonly ReleaseArtifact[], folder: string): Promise<void> {
  const at = (kind: (typeof artifactKinds)[number]) =>
    join(folder, artifactFileName(sampleRecipe.name, sampleRecipe.version, kind));
  assert.equal(
    artifacts.map(({ kind }) => kind),
    [...artifactKinds],
  );
  assert.equal((await readdir(folder)).sort(), artifacts.map(({ file }) => file).sort());
  for (const { file, sizeBytes, sha256 } of artifacts) {
    assert.is((await stat(join(folder, file))).size, sizeBytes, file);
    assert.match((await run('sha256sum', join(folder, file))).stdout, sha256);
  }
  const compare = (format: string, path: string) =>
    run('qemu-img', 'compare', '-f', 'raw', '-F', format, disk.path, path);

  await run('qemu-img', 'check', '-f', 'vhdx', at('hyperv'));
  await compare('vhdx', at('hyperv'));
  await compare('vpc', at('azure'));
  assert.is(((await stat(at('azure'))).size - 512) % MIB, 0);
  await run('qemu-img', 'check', '-f', 'qcow2', at('kvm'));
  await compare('qcow2', at('kvm'));

  const out = tempFolder();
  await run('zstd', '-q', '-d', at('aws'), '-o', join(out, 'aws.raw'));
  await run('cmp', disk.path, join(out, 'aws.raw'));
  assert.match((await run('zstd', '-lv', at('aws'))).stdout, `(${disk.sizeBytes} B)`);

  assert.match(
    (await run('tar', 'tvzf', at('gce'))).stdout,
    new RegExp(`^-rw-r--r-- root/root +${disk.sizeBytes} .* disk\\.raw\\n$`),
  );
  await run('tar', '-x', '-z', '-f', at('gce'), '-C', out);
  await run('cmp', disk.path, join(out, 'disk.raw'));
  await run('gzip', '-t', at('gce'));

  const vmdks: string[] = [];
  for (const kind of ['vmware', 'desktop'] as const) {
    const inside = join(out, kind);
    await mkdir(inside);
    assert.is((await run('tar', 'tf', at(kind))).stdout, 'sample-1.2.3.ovf\nsample-1.2.3.mf\nsample-1.2.3.vmdk\n');
    await run('tar', '-x', '-f', at(kind), '-C', inside);
    const vmdk = join(inside, 'sample-1.2.3.vmdk');
    await run('qemu-img', 'check', '-f', 'vmdk', vmdk);
    await compare('vmdk', vmdk);
    const manifest = await readFile(join(inside, 'sample-1.2.3.mf'), 'utf8');
    const hash = async (file: string) =>
      createHash('sha256')
        .update(await readFile(join(inside, file)))
        .digest('hex');
    assert.is(
      manifest,
      `SHA256(sample-1.2.3.ovf)= ${await hash('sample-1.2.3.ovf')}\nSHA256(sample-1.2.3.vmdk)= ${await hash('sample-1.2.3.vmdk')}\n`,
    );
    vmdks.push(await hash('sample-1.2.3.vmdk'));
    const ovf = await readFile(join(inside, 'sample-1.2.3.ovf'), 'utf8');
    assert.match(ovf, `ovf:size="${(await stat(vmdk)).size}"`);
  }
  assert.is(vmdks[0], vmdks[1]);
}

test('a disk with scattered data reads back equal from all seven, and a second wrap gives the same bytes', async () => {
  const folder = tempFolder();
  const path = join(folder, 'disk.raw');
  // More than 21 + 4 runs for the tar's map; data at both ends; a grain table without data; filled zeros.
  const scattered = Array.from({ length: 60 }, (_, i) => ({ start: 40 * MIB + i * 400_000, data: text(5000 + i) }));
  await writeSampleDisk(path, 256 * MIB, [
    { start: 0, data: noise(512) },
    { start: 3 * MIB, data: text(2 * MIB) },
    ...scattered,
    { start: 130 * MIB, data: new Uint8Array(MIB) },
    { start: 200 * MIB, data: noise(3 * MIB) },
    { start: 256 * MIB - 512, data: noise(512, 3) },
  ]);
  const disk = await readDiskImage(exec, path);
  const first = await wrap(disk, join(folder, 'a'));
  await compareAll(disk, first, join(folder, 'a'));
  assert.equal(await wrap(disk, join(folder, 'b'), 1), first);
});

test('an empty disk', async () => {
  const folder = tempFolder();
  await writeSampleDisk(join(folder, 'disk.raw'), 64 * MIB, []);
  const disk = await readDiskImage(exec, join(folder, 'disk.raw'));
  assert.equal(disk.extents, []);
  await compareAll(disk, await wrap(disk, join(folder, 'out')), join(folder, 'out'));
});

test('a full disk that does not compress', async () => {
  const folder = tempFolder();
  const pieces = Array.from({ length: 40 }, (_, i) => ({ start: i * MIB, data: noise(MIB, i + 1) }));
  await writeSampleDisk(join(folder, 'disk.raw'), 40 * MIB, pieces);
  const disk = await readDiskImage(exec, join(folder, 'disk.raw'));
  await compareAll(disk, await wrap(disk, join(folder, 'out')), join(folder, 'out'));
});

test('only what is asked for is written', async () => {
  const folder = tempFolder();
  const disk = await writeSampleDisk(join(folder, 'disk.raw'), 8 * MIB, [{ start: MIB, data: text(MIB) }]);
  const { ctx, steps } = sampleContext(never);
  const stagingDir = join(folder, 'out');
  await wrapAll(ctx, { recipe: sampleRecipe, disk, epoch, kinds: ['gce'], stagingDir, threads: 1 });
  assert.equal(await readdir(stagingDir), ['sample-1.2.3-gce.tar.gz']);
  assert.equal(steps, ['wrap/survey', 'wrap/gce']);
});

test('when stopped in the middle it ends as interrupted and leaves nothing', async () => {
  const folder = tempFolder();
  const pieces = Array.from({ length: 64 }, (_, i) => ({ start: i * MIB, data: noise(MIB, i + 1) }));
  const disk = await writeSampleDisk(join(folder, 'disk.raw'), 1024 * MIB, pieces);
  const stop = new AbortController();
  const { ctx } = sampleContext(stop.signal, (detail) => {
    if (/^\d+ %$/.test(detail)) stop.abort(new Error('stop'));
  });
  const stagingDir = join(folder, 'out');
  await caught('interrupted', () =>
    wrapAll(ctx, { recipe: sampleRecipe, disk, epoch, kinds: artifactKinds, stagingDir, threads: 2 }),
  );
  assert.equal(await readdir(stagingDir), []);
});

test('when one target fails the whole wrap fails with its reason and leaves nothing', async () => {
  const folder = tempFolder();
  const disk = await writeSampleDisk(join(folder, 'disk.raw'), 64 * MIB, [{ start: 0, data: noise(16 * MIB) }]);
  const bin = join(folder, 'bin');
  await mkdir(bin);
  await writeFile(
    join(bin, 'zstd'),
    '#!/bin/sh\necho "zstd: error 70 : Write error : No space left on device" >&2\nexit 70\n',
  );
  await chmod(join(bin, 'zstd'), 0o755);
  const before = process.env.PATH;
  process.env.PATH = `${bin}:${before}`;
  try {
    const { ctx } = sampleContext(never);
    const stagingDir = join(folder, 'out');
    await caught('disk-full', () =>
      wrapAll(ctx, { recipe: sampleRecipe, disk, epoch, kinds: artifactKinds, stagingDir, threads: 2 }),
    );
    assert.equal(await readdir(stagingDir), []);
  } finally {
    process.env.PATH = before;
  }
});

test.run();
