import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { deflateDisk } from '../../../../src/builder/formats/deflate/deflate-disk.ts';
import { surveyDisk } from '../../../../src/builder/formats/survey.ts';
import { VmdkWriter } from '../../../../src/builder/formats/vmdk/writer.ts';
import { WorkPool } from '../../../../src/builder/formats/work/pool.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { noise, text, writeSampleDisk } from '../sample-disk.ts';

const MIB = 1024 * 1024;
const SECTOR = 512;

test('header, footer and markers are where the format puts them, and the file ends at the end-of-stream marker', async () => {
  const folder = tempFolder();
  const pool = new WorkPool(1, new AbortController().signal);
  try {
    // Data in the first and third grain table, none in the second.
    const plain = text(65_536);
    const disk = await writeSampleDisk(join(folder, 'disk.raw'), 96 * MIB, [
      { start: 0, data: plain },
      { start: 70 * MIB, data: noise(4096) },
    ]);
    const survey = await surveyDisk(pool, disk);
    const path = join(folder, '.partial');
    const writer = await VmdkWriter.create(path, 'sample-1.2.3.vmdk', survey);
    await deflateDisk(pool, disk, survey, [writer], () => undefined);
    const { sizeBytes } = await writer.finish();
    const file = await readFile(path);
    assert.is(file.length, sizeBytes);
    assert.is(file.toString('latin1', 0, 4), 'KDMV');
    assert.is(file.readUInt32LE(4), 3);
    assert.is(file.readUInt32LE(8), 0x30001);
    assert.is(file.readBigUInt64LE(12), BigInt((96 * MIB) / SECTOR));
    assert.is(file.readBigUInt64LE(56), 0xffff_ffff_ffff_ffffn);
    assert.is(file.toString('latin1', 73, 77), '\n \r\n');

    const footerMarker = file.subarray(-3 * SECTOR, -2 * SECTOR);
    const footer = file.subarray(-2 * SECTOR, -SECTOR);
    assert.is(footerMarker.readUInt32LE(12), 3);
    assert.ok(file.subarray(-SECTOR).every((byte) => byte === 0));
    assert.ok(footer.subarray(0, 56).equals(file.subarray(0, 56)));

    const directory = Number(footer.readBigUInt64LE(56)) * SECTOR;
    assert.is(file.readUInt32LE(directory - SECTOR + 12), 2);
    const tables = [0, 1, 2].map((i) => file.readUInt32LE(directory + i * 4));
    assert.is(tables[1], 0);
    const firstGrain = file.readUInt32LE((tables[0] ?? 0) * SECTOR) * SECTOR;
    assert.is(firstGrain, 128 * SECTOR);
    const length = file.readUInt32LE(firstGrain + 8);
    assert.ok(inflateSync(file.subarray(firstGrain + 12, firstGrain + 12 + length)).equals(plain));

    const descriptor = file.toString('utf8', SECTOR, 21 * SECTOR);
    assert.match(descriptor, 'createType="streamOptimized"');
    assert.match(descriptor, `RW ${(96 * MIB) / SECTOR} SPARSE "sample-1.2.3.vmdk"`);
    assert.match(descriptor, `CID=${survey.digest.slice(0, 8)}`);
  } finally {
    await pool.close();
  }
});

test.run();
