import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allEnded } from '../../../src/builder/exec/all-ended.ts';

test('results keep the order of the list', async () => {
  assert.equal(await allEnded([sleep(5, 'first'), sleep(0, 'second')]), ['first', 'second']);
});

test('the first failure of the list is thrown, not the first to happen, and only when all have ended', async () => {
  let running = 3;
  const work = async (milliseconds: number, failure?: string): Promise<void> => {
    await sleep(milliseconds);
    running -= 1;
    if (failure !== undefined) throw new Error(failure);
  };
  let told = '';
  await allEnded([work(10, 'late but first'), work(0, 'early'), work(20)]).catch((error: Error) => {
    told = error.message;
  });
  assert.is(told, 'late but first');
  assert.is(running, 0);
});

test.run();
