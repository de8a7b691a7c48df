import { closeSync, ftruncateSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readSignatures } from '../../../src/builder/verify/authenticode.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { Chance, mutate } from './mutations.ts';
import { type Sample, toldOfPath } from './sample.ts';
import { sampleLoader } from './sample-loader.ts';
import { samples } from './samples/index.ts';

const SEED = 20_260_131;
/** Files of each format: fewer of those that take longer to look at. */
const rounds: Readonly<Record<string, number>> = { vhdx: 1200, gpt: 3000, ovf: 1500, ova: 2000, gce: 2000 };
const OTHERS = 3000;
/** No reader needs more at once, however large the file says its parts are. */
const MAX_ALLOCATION = 2 ** 21;

const { alloc } = Buffer;
let largest = 0;
/** Notes the largest buffer that is asked for while `work` runs. */
async function watched<T>(work: () => Promise<T>): Promise<T> {
  Buffer.alloc = ((size: number, ...rest: []) => {
    largest = Math.max(largest, size);
    return alloc(size, ...rest);
  }) as typeof alloc;
  try {
    return await work();
  } finally {
    Buffer.alloc = alloc;
  }
}

/** What a reader makes of a file: it tells, or throws a RangeError, which `kiln verify` tells as well. */
async function outcome(sample: Sample, path: string): Promise<'told' | 'nothing' | 'range'> {
  try {
    return (await watched(() => toldOfPath(sample, path))).length > 0 ? 'told' : 'nothing';
  } catch (error) {
    if (error instanceof RangeError) return 'range';
    throw error;
  }
}

async function fuzz(sample: Sample, count: number): Promise<Record<string, number>> {
  const chance = new Chance(SEED);
  const whole = await sample.make();
  const path = join(tempFolder(), 'sample');
  writeFileSync(path, whole);
  const fd = openSync(path, 'r+');
  const places = sample.places ?? [[0, whole.length] as const];
  const restore = (from: Buffer): void => {
    for (const [start, length] of places) writeSync(fd, from, start, length, start);
  };
  largest = 0;
  const counts = { told: 0, nothing: 0, range: 0 };
  const file = Buffer.from(whole);
  try {
    for (let round = 0; round < count; round++) {
      const cut = chance.below(50) === 0 ? chance.below(whole.length) : undefined;
      for (let changes = 1 + chance.below(3); changes > 0; changes--) {
        const [start, length] = places[chance.below(places.length)] ?? [0, 1];
        mutate(file, start + chance.below(length), chance);
      }
      if (chance.below(2) === 0) sample.seal?.(file);
      restore(file);
      if (cut !== undefined) ftruncateSync(fd, cut);
      counts[await outcome(sample, path)] += 1;
      assert.ok(largest <= MAX_ALLOCATION, `round ${round} took ${largest} bytes at once`);
      if (cut !== undefined) writeSync(fd, whole, cut, whole.length - cut, cut);
      for (const [start, length] of places) whole.copy(file, start, start, start + length + 128);
    }
  } finally {
    closeSync(fd);
  }
  return counts;
}

let files = 0;
for (const sample of samples) {
  const count = rounds[sample.name] ?? OTHERS;
  test(`${sample.name}: ${count} files with changed bytes end in findings, never in a crash, a loop or much memory`, async () => {
    const counts = await fuzz(sample, count);
    files += count;
    // Most changes break something; a fuzz that is never noticed changes nothing.
    assert.ok((counts.told ?? 0) > count / 4, JSON.stringify(counts));
  });
}

test('loaders with changed bytes are read or refused', () => {
  const chance = new Chance(SEED);
  const whole = sampleLoader(Buffer.alloc(100, 1), Buffer.alloc(31, 2));
  for (let round = 0; round < 20_000; round++) {
    const file = Buffer.from(chance.below(20) === 0 ? whole.subarray(0, chance.below(whole.length)) : whole);
    for (let changes = 1 + chance.below(3); changes > 0; changes--) mutate(file, chance.below(0x600), chance);
    try {
      readSignatures(file);
    } catch (error) {
      assert.instance(error, RangeError);
    }
  }
  files += 20_000;
});

test.after(() => {
  process.stdout.write(`  ${files} files, seed ${SEED}\n`);
});

test.run();
