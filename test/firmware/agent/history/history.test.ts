import { readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { History, KEPT_FILES } from '../../../../src/firmware/agent/history/history.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const START = Date.parse('2026-01-31T23:58:00Z');
const columns = ['a', 'b'];

type Point = [time: number, value: number];

async function all(history: History, metric = 'a', from = 0, to = Number.MAX_SAFE_INTEGER): Promise<Point[]> {
  const points: Point[] = [];
  await history.read(metric, from, to, (time, value) => points.push([time, value]));
  return points;
}
const put = (history: History, time: number, value: number): Promise<void> =>
  history.record(new Date(time), new Map([['a', value]]));
const isOrdered = (points: readonly Point[]): boolean =>
  points.every(([time], index) => index === 0 || time > (points[index - 1]?.[0] ?? 0));

test('minutes come back in their order, over midnight and a restart, and what was not known is absent', async () => {
  const folder = tempFolder();
  const history = await History.open(folder, columns);
  for (let minute = 0; minute < 5; minute++) await put(history, START + minute * MINUTE + 1234, minute);
  const expected = [0, 1, 2, 3, 4].map((minute): Point => [START + minute * MINUTE, minute]);
  assert.equal(await all(history), expected);
  assert.equal(await all(history, 'b'), []);
  assert.equal(await all(history, 'a', START + MINUTE, START + 3 * MINUTE), expected.slice(1, 3));
  assert.equal(await all(await History.open(folder, columns)), expected);
  assert.equal(readdirSync(folder).sort(), ['00000001-2026-01-31.history', '00000002-2026-02-01.history']);
});

test('a clock that jumps years ahead and back costs nothing and leaves all in order', async () => {
  const history = await History.open(tempFolder(), columns);
  const times = [0, DAY, 5 * 365 * DAY, 2 * DAY, -40 * 365 * DAY, 2 * DAY + MINUTE, 2 * DAY - 3 * MINUTE];
  for (const [index, time] of times.entries()) await put(history, START + time, index);
  const points = await all(history);
  assert.is(points.length, times.length);
  assert.ok(isOrdered(points));
  assert.equal(new Set(points.map(([, value]) => value)), new Set(times.keys()));
});

test('a minute that comes again has its later value', async () => {
  const history = await History.open(tempFolder(), columns);
  await put(history, START, 1);
  await put(history, START + MINUTE, 2);
  await put(history, START + 59_999, 3);
  assert.equal(await all(history), [
    [START, 3],
    [START + MINUTE, 2],
  ]);
});

test('29 days are there after any number of days, and their size is bounded', async () => {
  const folder = tempFolder();
  const history = await History.open(folder, columns);
  for (let day = 0; day < 80; day++) await put(history, START + day * DAY, day);
  const names = readdirSync(folder);
  assert.is(names.length, KEPT_FILES);
  const bytes = names.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
  assert.ok(bytes < 1024 * 1024, String(bytes));
  const points = await all(history);
  assert.equal(points.at(-1)?.[1], 79);
  assert.ok(points.length >= 30);
});

test('after a clock that was wrong for a while, the days before it are still there', async () => {
  const history = await History.open(tempFolder(), columns);
  for (let day = 0; day < 29; day++) await put(history, START + day * DAY, day);
  await put(history, START + 9000 * DAY, -1);
  await put(history, 0, -2);
  await put(history, START + 28 * DAY + MINUTE, 29);
  assert.is((await all(history, 'a', START, START + 30 * DAY)).length, 30);
});

test('other columns begin another file, and what was is still there', async () => {
  const folder = tempFolder();
  await put(await History.open(folder, columns), START, 1);
  const history = await History.open(folder, ['a', 'c']);
  assert.equal([...history.metrics].sort(), ['a', 'b', 'c']);
  await put(history, START + MINUTE, 2);
  await put(await History.open(folder, columns), START, 3);
  assert.equal(await all(history), [
    [START, 3],
    [START + MINUTE, 2],
  ]);
});

test('a torn minute is missing and no other; a torn or foreign file is removed', async () => {
  const folder = tempFolder();
  const history = await History.open(folder, columns);
  for (let minute = 0; minute < 3; minute++) await put(history, START - DAY + minute * MINUTE, minute);
  await put(history, START + MINUTE, 9);
  const [first = '', second = ''] = readdirSync(folder).map((name) => join(folder, name));
  const bytes = readFileSync(first);
  const slot = 4096 + (1438 + 1) * 12;
  for (const at of [slot, slot + 5]) {
    const torn = Buffer.from(bytes);
    torn[at] = (torn[at] ?? 0) ^ 1;
    writeFileSync(first, torn);
    assert.equal(
      (await all(await History.open(folder, columns))).map(([, value]) => value),
      [0, 2, 9],
    );
  }
  // A slot in another's place, as a misdirected write would leave it.
  const moved = Buffer.from(bytes);
  bytes.copy(moved, 4096, slot, slot + 12);
  writeFileSync(first, moved);
  assert.equal(
    (await all(await History.open(folder, columns))).map(([, value]) => value),
    [0, 1, 2, 9],
  );

  truncateSync(second, 5000);
  writeFileSync(join(folder, '00000009-2026-02-03.history'), 'something else\n');
  writeFileSync(join(folder, '00000010-2026-02-04.history.new'), bytes);
  const again = await History.open(folder, columns);
  assert.equal(readdirSync(folder), ['00000001-2026-01-30.history']);
  await put(again, START + MINUTE, 7);
  assert.is((await all(again)).at(-1)?.[1], 7);
});

test('a time that no file can have is refused', async () => {
  const history = await History.open(tempFolder(), columns);
  for (const time of [-1, 253_402_300_800_000]) {
    try {
      await put(history, time, 1);
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, /the clock says/);
    }
  }
});

test('a folder that goes away while the agent runs costs minutes, not the agent', async () => {
  const folder = tempFolder();
  const history = await History.open(folder, columns);
  await put(history, START, 1);
  rmSync(folder, { recursive: true });
  assert.equal(await all(history), []);
  await put(history, START, 1).then(
    () => assert.unreachable(),
    (error) => assert.is(error.code, 'ENOENT'),
  );
});

test.run();
