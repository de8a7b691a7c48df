import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { privateCache } from './support/private-cache.ts';
import { assertNothingLeftOver, assertWhole } from './support/release-state.ts';
import { startKiln } from './support/start-kiln.ts';

test('of two bakes of one image the second is told who holds it, or waits', async () => {
  const folders = await privateCache('tool-tree', 'slot');
  const args = ['bake', 'images/minimal', ...folders.args];
  const first = startKiln(args);
  await first.saw('step-start', 'tool-tree');

  const [refused, waiting] = [startKiln(args), startKiln([...args, '--wait'])];
  const told = await refused.ended;
  assert.is(told.code, 1);
  const error = told.events.at(-1);
  assert.is(error?.code, 'locked');
  assert.match(String(error?.message), `minimal is being baked by process ${first.pid} since 20`);
  assert.match(String(error?.message), 'kiln bake images/minimal');
  assert.match(String(error?.hint), '--wait');
  assert.equal(
    told.events.filter(({ event }) => event === 'step-start'),
    [],
  );
  assert.match(String((await waiting.saw('note')).text), `Waiting: minimal is being baked by process ${first.pid}`);

  assert.is((await first.ended).code, 0);
  const waited = await waiting.ended;
  assert.is(waited.code, 0, waited.stderr);
  assert.is(waited.events.find(({ event }) => event === 'result')?.unchanged, true);
  assertWhole(folders.release);
  await assertNothingLeftOver(folders);
});

test.run();
