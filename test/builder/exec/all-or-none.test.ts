import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { allOrNone } from '../../../src/builder/exec/all-or-none.ts';

test('gives every answer in its place', async () => {
  const [text, number] = await allOrNone([Promise.resolve('a'), Promise.resolve(1)], new AbortController());
  assert.equal([text, number], ['a', 1]);
});

test('the first failure stops the others, and is told when all have ended', async () => {
  const failure = new AbortController();
  let cleanedUp = false;
  const other = async (): Promise<void> => {
    await sleep(60_000, undefined, { signal: failure.signal }).catch(() => {});
    await sleep(1);
    cleanedUp = true;
    throw new Error('stopped');
  };
  const works = [other(), Promise.reject(new Error('the reason')), other()];
  await allOrNone(works, failure).then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'the reason'),
  );
  assert.ok(cleanedUp);
});

test.run();
