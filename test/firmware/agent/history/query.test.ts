import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { History } from '../../../../src/firmware/agent/history/history.ts';
import { answerQuery, MAX_POINTS, parseQuery, QueryError } from '../../../../src/firmware/agent/history/query.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const now = new Date('2026-02-01T12:00:30Z');
const seconds = (text: string): number => Date.parse(text) / 1000;

test('without times it is the last 24 hours, minute by minute', () => {
  const to = Math.floor(now.getTime() / 1000);
  assert.equal(parseQuery('metric=load1', now), { metric: 'load1', from: to - 86_400, to, stepSeconds: 60 });
});

test('times are RFC 3339 or seconds, and the step grows with the span', () => {
  const query = 'metric=a&from=2026-01-01T00:00:00%2B01:00&to=1769900000';
  const { from, to, stepSeconds } = parseQuery(query, now);
  assert.equal([from, to], [seconds('2025-12-31T23:00:00Z'), 1_769_900_000]);
  assert.is(stepSeconds % 60, 0);
  assert.ok((to - from) / stepSeconds <= 1440);
  assert.is(parseQuery('metric=a&from=0&to=86400&step=3600', now).stepSeconds, 3600);
});

test('a question that is wrong is told why', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['', /metric is missing/],
    ['metric=a&metric=b', /metric is there twice/],
    ['metric=a&until=1', /no parameter "until"/],
    ['metric=a&from=yesterday', /from: "yesterday" is no time/],
    ['metric=a&from=2026-13-01T00:00:00Z', /no time/],
    ['metric=a&to=-1', /no time/],
    ['metric=a&to=999999999999', /no time/],
    ['metric=a&from=10&to=10', /from has to be before to/],
    ['metric=a&from=0&to=864000&step=60', /14400 points, at most 1500/],
    ['metric=a&step=0', /whole minutes/],
    ['metric=a&step=90', /whole minutes/],
    ['metric=a&step=1e9', /whole minutes/],
    ['metric=a&step=', /whole minutes/],
  ];
  for (const [query, expected] of wrong) assert.throws(() => parseQuery(query, now), expected);
  assert.throws(
    () => parseQuery('metric=a&from=x', now),
    (error: Error) => error instanceof QueryError,
  );
});

test('an answer has the mean, least and most of each step, and nothing for a step without values', async () => {
  const history = await History.open(tempFolder(), ['a']);
  const start = Date.parse('2026-02-01T00:00:00Z');
  for (const [minute, value] of [
    [0, 1],
    [1, 2],
    [2, 6],
    [10, 5],
  ] as const) {
    await history.record(new Date(start + minute * 60_000), new Map([['a', value]]));
  }
  const query = parseQuery('metric=a&from=2026-02-01T00:00:00Z&to=2026-02-01T01:00:00Z&step=300', now);
  const answer = JSON.parse(await answerQuery(history, query));
  assert.equal(answer, {
    ...{ schemaVersion: 1, metric: 'a', unit: '', from: '2026-02-01T00:00:00Z', to: '2026-02-01T01:00:00Z' },
    stepSeconds: 300,
    columns: ['time', 'mean', 'least', 'most'],
    points: [
      [start / 1000, 3, 1, 6],
      [start / 1000 + 600, 5, 5, 5],
    ],
  });
});

test('29 full days are answered in a bounded number of points', async () => {
  const history = await History.open(tempFolder(), ['a']);
  const start = Date.parse('2026-01-01T00:00:00Z');
  for (let hour = 0; hour < 29 * 24; hour++) {
    await history.record(new Date(start + hour * 3_600_000), new Map([['a', hour]]));
  }
  const { points } = JSON.parse(await answerQuery(history, parseQuery('metric=a&from=0&to=2000000000', now)));
  assert.ok(points.length > 0 && points.length <= MAX_POINTS);
  assert.equal([points[0][2], points.at(-1)[3]], [0, 29 * 24 - 1]);
});

test.run();
