import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Budget, mapAtMost } from '../../../src/builder/smoke/budget.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

function gate() {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

test('guests wait until memory is free, first come first served', async () => {
  const budget = new Budget(10);
  const gates = [gate(), gate(), gate()] as const;
  const running: number[] = [];
  const start = (index: 0 | 1 | 2, bytes: number) =>
    budget.with(bytes, async () => {
      running.push(index);
      await gates[index].passed;
    });
  const all = [start(0, 6), start(1, 6), start(2, 1)];
  await turn();
  // The small one would fit, but must not overtake the large one for ever.
  assert.equal(running, [0]);
  gates[0].open();
  await turn();
  assert.equal(running, [0, 1, 2]);
  gates[1].open();
  gates[2].open();
  await Promise.all(all);
});

test('a guest larger than all memory runs alone, and memory comes back after a failure', async () => {
  const budget = new Budget(1);
  await budget.with(100, async () => undefined);
  await budget.with(100, () => Promise.reject(new Error('x'))).catch(() => undefined);
  assert.is(await budget.with(100, async () => 'ran'), 'ran');
});

test('never more at once than allowed, and answers in the order of the questions', async () => {
  let running = 0;
  let most = 0;
  const answers = await mapAtMost([3, 1, 2, 5, 4], 2, async (item) => {
    most = Math.max(most, ++running);
    for (let round = 0; round < item; round++) await turn();
    running--;
    return item * 10;
  });
  assert.equal(answers, [30, 10, 20, 50, 40]);
  assert.is(most, 2);
});

test('a failure is thrown only after the others are finished', async () => {
  let finished = 0;
  const work = async (item: number): Promise<void> => {
    if (item === 0) throw new Error('first');
    for (let round = 0; round < 5; round++) await turn();
    finished++;
  };
  const error = await mapAtMost([0, 1, 2], 2, work).catch((caught: unknown) => caught);
  assert.is((error as Error).message, 'first');
  assert.is(finished, 2);
});

test.run();
