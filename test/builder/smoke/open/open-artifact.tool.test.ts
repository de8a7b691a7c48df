import { mkdir, open, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../../src/builder/exec/run.ts';
import type { ArtifactKind } from '../../../../src/builder/names.ts';
import { openArtifact } from '../../../../src/builder/smoke/open/open-artifact.ts';
import { hostFile, type OpenedDisk } from '../../../../src/builder/smoke/open/opened-disk.ts';
import { copyRange, createOverlay, readMap, virtualSize } from '../../../../src/builder/tools/qemu-disk.ts';
import { caught } from '../../../support/caught.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const exec = createExec(new AbortController().signal);
const SIZE = 8 * 2 ** 20;
const AT = 3 * 2 ** 20;
const mark = Buffer.alloc(4096, 'kiln');

const run = (...argv: [string, ...string[]]) => exec.run(argv, { purpose: 'make a sample', timeoutSeconds: 60 });

/** A sparse raw disk with one mark in it. */
async function rawDisk(folder: string): Promise<string> {
  const path = join(folder, 'disk.raw');
  const file = await open(path, 'w');
  await file.truncate(SIZE);
  await file.write(mark, 0, mark.length, AT);
  await file.close();
  return path;
}

const makers: Readonly<Partial<Record<ArtifactKind, (raw: string, out: string) => Promise<unknown>>>> = {
  hyperv: (raw, out) => run('qemu-img', 'convert', '-O', 'vhdx', raw, out),
  azure: (raw, out) => run('qemu-img', 'convert', '-O', 'vpc', '-o', 'subformat=fixed,force_size', raw, out),
  aws: (raw, out) => run('zstd', '-q', raw, '-o', out),
  gce: (raw, out) => run('tar', '--format=oldgnu', '-Sczf', out, '-C', join(raw, '..'), 'disk.raw'),
  kvm: (raw, out) => run('qemu-img', 'convert', '-O', 'qcow2', '-c', raw, out),
};

async function opened(kind: ArtifactKind): Promise<{ disk: OpenedDisk; path: string; folder: string }> {
  const folder = tempFolder();
  const path = join(folder, `artifact-${kind}`);
  await makers[kind]?.(await rawDisk(folder), path);
  const scratch = join(folder, 'scratch');
  await mkdir(scratch);
  return { disk: await openArtifact(kind, { exec, path, scratch }), path, folder };
}

for (const kind of Object.keys(makers) as ArtifactKind[]) {
  test(`the ${kind} artifact gives the disk that was wrapped, and is not written to`, async () => {
    const { disk, path, folder } = await opened(kind);
    const before = await readFile(path);
    assert.is(await virtualSize(exec, disk.block), SIZE);
    const overlay = join(folder, 'overlay.qcow2');
    await createOverlay(exec, { block: disk.block, driver: disk.block.driver }, overlay, 2 * SIZE);
    await run('qemu-io', '-f', 'qcow2', '-c', `write -P 7 ${SIZE} 64k`, '-c', 'write -P 8 1M 64k', overlay);
    const target = join(folder, 'part');
    await copyRange(exec, disk.block, { start: AT, length: mark.length }, target);
    assert.equal(await readFile(target), mark);
    const written = (await readMap(exec, overlay)).filter(({ depth, present }) => depth === 0 && present);
    assert.equal(
      written.map(({ start, length }) => [start, length]),
      [
        [2 ** 20, 65_536],
        [SIZE, 65_536],
      ],
    );
    assert.equal(await readFile(path), before);
  });
}

test('unpacked disks keep their holes', async () => {
  for (const kind of ['aws', 'gce'] as const) {
    const { disk } = await opened(kind);
    const { blocks } = await stat(hostFile(disk.block));
    assert.ok(blocks * 512 < SIZE / 2, kind);
  }
});

test('an archive with another member, and files that are no archives, are refused', async () => {
  const folder = tempFolder();
  const path = join(folder, 'x');
  await writeFile(join(folder, 'other'), '');
  await rawDisk(folder);
  await run('tar', '-czf', path, '-C', folder, 'disk.raw', 'other');
  const error = await caught('release-invalid', () => openArtifact('gce', { exec, path, scratch: tempFolder() }));
  assert.match(error.message, /holds \[disk\.raw, other\] instead of disk\.raw alone/);
  await writeFile(path, 'no archive');
  for (const kind of ['gce', 'aws', 'vmware'] as const) {
    assert.match(
      (await caught('release-invalid', () => openArtifact(kind, { exec, path, scratch: tempFolder() }))).message,
      path,
    );
  }
});

test.run();
