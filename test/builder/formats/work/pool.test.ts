import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inOrder } from '../../../../src/builder/formats/work/in-order.ts';
import { WorkPool } from '../../../../src/builder/formats/work/pool.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { noise } from '../sample-disk.ts';

test('hashes a file with runs and holes like the whole', async () => {
  const folder = tempFolder();
  const path = join(folder, 'a');
  const data = Buffer.concat([new Uint8Array(300_000), noise(1_500_000), new Uint8Array(700_001)]);
  await writeFile(path, data);
  const pool = new WorkPool(1, new AbortController().signal);
  const { sha256 } = await pool.run('hash', {
    path,
    sizeBytes: data.length,
    runs: [{ start: 300_000, length: 1_500_000 }],
  });
  assert.is(sha256, createHash('sha256').update(data).digest('hex'));
  await pool.close();
});

test('a failing job says why and leaves the pool usable', async () => {
  const folder = tempFolder();
  const pool = new WorkPool(1, new AbortController().signal);
  const missing = { path: join(folder, 'nothing'), sizeBytes: 1, runs: [{ start: 0, length: 1 }] };
  const error = await pool.run('hash', missing).catch((caught: unknown) => caught);
  assert.is((error as NodeJS.ErrnoException).code, 'ENOENT');
  await writeFile(missing.path, 'a');
  assert.is((await pool.run('hash', missing)).sha256, createHash('sha256').update('a').digest('hex'));
  await pool.close();
});

test('an abort rejects what is running, what waits and what comes later', async () => {
  const stop = new AbortController();
  const pool = new WorkPool(1, stop.signal);
  const long = () => pool.run('hash', { path: '/dev/zero', sizeBytes: 2 ** 45, runs: [] }).catch((e: unknown) => e);
  const both = [long(), long()];
  stop.abort(new Error('enough'));
  for (const error of [...(await Promise.all(both)), await long()]) assert.is((error as Error).message, 'enough');
  await pool.close();
});

test('results come in order, and no more work is under way than allowed', async () => {
  let running = 0;
  let most = 0;
  const work = async (n: number): Promise<number> => {
    most = Math.max(most, ++running);
    for (let turn = 0; turn < 7 - n; turn++) await Promise.resolve();
    running--;
    return n * 10;
  };
  const results: number[] = [];
  for await (const [, output] of inOrder([1, 2, 3, 4, 5, 6], 2, work)) results.push(output);
  assert.equal(results, [10, 20, 30, 40, 50, 60]);
  assert.is(most, 2);
});

test.run();
