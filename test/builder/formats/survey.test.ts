import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KilnError } from '../../../src/builder/errors.ts';
import type { DiskImage } from '../../../src/builder/formats/disk-image.ts';
import { dataBytes, dataRuns, surveyDisk } from '../../../src/builder/formats/survey.ts';
import { WorkPool } from '../../../src/builder/formats/work/pool.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { noise, writeSampleDisk } from './sample-disk.ts';

const MIB = 1024 * 1024;
const GRAIN = 65_536;

async function survey(disk: DiskImage) {
  const pool = new WorkPool(2, new AbortController().signal);
  try {
    return await surveyDisk(pool, disk);
  } finally {
    await pool.close();
  }
}

test('finds exactly the grains that are not zeros', async () => {
  const folder = tempFolder();
  const disk = await writeSampleDisk(join(folder, 'a'), 64 * MIB, [
    { start: MIB - 1, data: noise(2) },
    { start: 40 * MIB, data: new Uint8Array(MIB) },
    { start: 63 * MIB + 15 * GRAIN, data: noise(GRAIN) },
  ]);
  const found = await survey(disk);
  assert.equal(dataRuns(found), [
    { start: MIB - GRAIN, length: 2 * GRAIN },
    { start: 64 * MIB - GRAIN, length: GRAIN },
  ]);
  assert.is(dataBytes(found), 3 * GRAIN);
});

test('the digest is that of docs/formats.md, and does not depend on what is sparse', async () => {
  const folder = tempFolder();
  const data = noise(MIB);
  const sparse = await writeSampleDisk(join(folder, 'a'), 3 * MIB, [{ start: MIB, data }]);
  const dense: DiskImage = { ...sparse, extents: [{ start: 0, length: 3 * MIB }] };
  const u64 = (value: bigint) => Buffer.from(BigUint64Array.of(value).buffer);
  const expected = createHash('sha256')
    .update('kiln-disk-v1\n')
    .update(u64(BigInt(3 * MIB)))
    .update(u64(1n))
    .update(createHash('sha256').update(data).digest())
    .digest('hex');
  assert.is((await survey(sparse)).digest, expected);
  assert.is((await survey(dense)).digest, expected);
});

test('refuses a size that is no whole MiB, and extents outside the disk or over one another', async () => {
  const folder = tempFolder();
  const disk = await writeSampleDisk(join(folder, 'a'), 2 * MIB, []);
  const bad: Partial<DiskImage>[] = [
    { sizeBytes: MIB + 1 },
    { sizeBytes: 0 },
    { extents: [{ start: MIB, length: 2 * MIB }] },
    {
      extents: [
        { start: 0, length: 8192 },
        { start: 4096, length: 4096 },
      ],
    },
  ];
  for (const change of bad) {
    const error = await survey({ ...disk, ...change }).catch((caught: unknown) => caught);
    assert.ok(error instanceof KilnError && error.code === 'disk-invalid', JSON.stringify(change));
  }
});

test.run();
