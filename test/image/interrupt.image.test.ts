import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { familyOf, survivors } from './support/family.ts';
import { type Folders, privateCache } from './support/private-cache.ts';
import { assertNothingLeftOver, assertNothingPartial, assertUsable } from './support/release-state.ts';
import { scratchOf } from './support/scratch-of.ts';
import { type RunningKiln, startKiln } from './support/start-kiln.ts';

async function interrupt(
  folders: Folders,
  step: string,
  delayMs: number,
  send: (kiln: RunningKiln) => unknown,
): Promise<void> {
  const kiln = startKiln(['bake', 'images/minimal', ...folders.args]);
  await kiln.saw('step-start', step);
  await sleep(delayMs);
  const family = familyOf(kiln.pid);
  await send(kiln);
  const { code, events, stderr } = await kiln.ended;
  assert.is(code, 130, stderr);
  assert.is(events.at(-1)?.code, 'interrupted');
  assert.is(events.filter(({ event }) => event === 'error').length, 1);
  assert.is(stderr, '');
  assert.equal(await survivors(family), []);
  assert.equal(scratchOf(kiln.pid, folders), []);
  await assertNothingLeftOver(folders);
}

test('Ctrl-C in mid-bake stops everything, cleans up and exits 130', async () => {
  const folders = await privateCache('base', 'tool-tree');
  // A terminal sends it to the whole group; `kill` to one process; npm passes on what its group already got.
  await interrupt(folders, 'unpack', 0, (kiln) => kiln.killGroup('SIGINT'));
  await interrupt(folders, 'provision', 2000, (kiln) => kiln.kill('SIGINT'));
  await interrupt(folders, 'slot', 500, (kiln) => {
    kiln.killGroup('SIGINT');
    kiln.kill('SIGINT');
  });
  await assertUsable(folders.cacheDir);
});

test('Ctrl-C while artifacts are written leaves none', async () => {
  const folders = await privateCache('tool-tree', 'slot');
  await interrupt(folders, 'wrap/kvm', 300, (kiln) => kiln.killGroup('SIGINT'));
  await assertUsable(folders.cacheDir);
});

test('a second Ctrl-C, later than the first, does not wait for the cleaning up', async () => {
  const folders = await privateCache('base', 'tool-tree');
  const kiln = startKiln(['bake', 'images/minimal', ...folders.args]);
  await kiln.saw('step-start', 'provision');
  const family = familyOf(kiln.pid);
  kiln.kill('SIGINT');
  await sleep(1100);
  // It may have ended by now, which is as good.
  kiln.kill('SIGINT');
  assert.is((await kiln.ended).code, 130);
  assert.equal(await survivors(family), []);
  await assertNothingPartial(folders);
});

test.run();
