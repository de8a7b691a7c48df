import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { familyOf, processesNaming, survivors } from './support/family.ts';
import { type Folders, privateCache } from './support/private-cache.ts';
import { bakedRelease } from './support/release.ts';
import { assertNothingLeftOver, assertNothingPartial, assertSameRelease } from './support/release-state.ts';
import { scratchOf } from './support/scratch-of.ts';
import { startKiln } from './support/start-kiln.ts';

/** A bake may be killed while it makes the base tree, where apt and dpkg run; how far it got does not matter. */
const BASE_WITHIN_MS = 6000;
const seed = Number(process.env.KILN_TEST_SEED ?? randomInt(2 ** 31));
process.stdout.write(`KILN_TEST_SEED=${seed}\n`);

/** A step, and for how long after its start the kill may come. The moment in between is the seed's. */
const moments: readonly (readonly [step: string, withinMs: number])[] = [
  ['plan', 300],
  ['unpack', 600],
  ['provision', 6000],
  ['slot', 2500],
  ['wrap/kvm', 1500],
  ['describe', 1500],
];

/** Park and Miller's generator: the same seed gives the same moments. */
function* sharesFrom(start: number): Generator<number> {
  for (let state = (start % 2147483646) + 1; ; ) {
    state = (state * 48271) % 2147483647;
    yield state / 2147483647;
  }
}

/** @returns the working folders the killed run left */
async function killAt(folders: Folders, step: string, delayMs: number): Promise<string[]> {
  const kiln = startKiln(['bake', 'images/minimal', ...folders.args]);
  await kiln.saw('step-start', step);
  await sleep(delayMs);
  const scratch = scratchOf(kiln.pid, folders);
  const family = familyOf(kiln.pid);
  kiln.kill('SIGKILL');
  await kiln.ended;
  assert.equal(await survivors(family), [], `killed ${delayMs} ms into ${step}`);
  for (const folder of scratch) assert.equal(processesNaming(folder), []);
  await assertNothingPartial(folders);
  return scratch;
}

const shares = sharesFrom(seed);
const nextDelay = (withinMs: number): number => Math.floor(Number(shares.next().value) * withinMs);

test('kill -9 while packages are unpacked leaves neither apt nor half a tree in the cache', async () => {
  const folders = await privateCache('tool-tree');
  await killAt(folders, 'base', nextDelay(BASE_WITHIN_MS));
  assert.equal(existsSync(join(folders.cacheDir, 'entries/base')), false);
});

test('kill -9 at any moment leaves nothing partial and no process, and the next bake is right', async () => {
  const folders = await privateCache('base', 'tool-tree');
  const left = new Set<string>();
  for (const [step, withinMs] of moments) {
    for (const folder of await killAt(folders, step, nextDelay(withinMs))) left.add(folder);
  }
  assert.ok(left.size > 0);
  const { code, events, stderr } = await startKiln(['bake', 'images/minimal', ...folders.args]).ended;
  assert.is(code, 0, `${JSON.stringify(events.at(-1))}${stderr}`);
  assertSameRelease(folders.release, await bakedRelease('minimal'));
  await assertNothingLeftOver(folders);
  for (const folder of left) assert.equal(scratchOf(Number(/run-\d+-(\d+)-/.exec(folder)?.[1]), folders), []);
});

test.run();
