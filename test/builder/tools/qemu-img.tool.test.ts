import { chmod, mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import { readDiskImage } from '../../../src/builder/tools/qemu-img.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { noise, writeSampleDisk } from '../formats/sample-disk.ts';

const MIB = 1024 * 1024;
const exec = createExec(new AbortController().signal);

test('finds every byte that was written, in order and apart', async () => {
  const path = join(tempFolder(), 'disk.raw');
  const pieces = [
    { start: 5 * MIB, data: noise(10_000) },
    { start: 60 * MIB, data: noise(4 * MIB) },
  ];
  await writeSampleDisk(path, 64 * MIB, pieces);
  const { sizeBytes, extents } = await readDiskImage(exec, path);
  assert.is(sizeBytes, 64 * MIB);
  for (const { start, data } of pieces) {
    assert.ok(extents.some((run) => run.start <= start && run.start + run.length >= start + data.length));
  }
  for (const [i, run] of extents.entries()) {
    assert.ok(
      run.length > 0 &&
        run.start + run.length <= (extents[i + 1]?.start ?? sizeBytes + 1) - (i + 1 < extents.length ? 1 : 0),
    );
  }
});

test('a file of holes has no extents', async () => {
  const path = join(tempFolder(), 'disk.raw');
  await writeFile(path, '');
  await truncate(path, 8 * MIB);
  assert.equal(await readDiskImage(exec, path), { path, sizeBytes: 8 * MIB, extents: [] });
});

test('a missing file, and an answer that is no map, are told', async () => {
  const folder = tempFolder();
  await caught('tool-failed', () => readDiskImage(exec, join(folder, 'nothing')));
  const path = join(folder, 'disk.raw');
  await writeFile(path, noise(4096));
  const bin = join(folder, 'bin');
  await mkdir(bin);
  const before = process.env.PATH;
  process.env.PATH = `${bin}:${before}`;
  try {
    for (const answer of ['', '{}', '[1]', '[{"start":0,"length":"x","data":true,"zero":false}]']) {
      await writeFile(join(bin, 'qemu-img'), `#!/bin/sh\nprintf '%s' '${answer}'\n`);
      await chmod(join(bin, 'qemu-img'), 0o755);
      await caught('disk-invalid', () => readDiskImage(exec, path));
    }
  } finally {
    process.env.PATH = before;
  }
});

test.run();
