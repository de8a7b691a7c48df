import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultConfiguration } from '../../../../src/contract/configuration/configuration.ts';
import type { CheckState, Status } from '../../../../src/contract/health.ts';
import { History } from '../../../../src/firmware/agent/history/history.ts';
import { answer, type Question, type Sources } from '../../../../src/firmware/agent/http/routes.ts';
import { KeyRing } from '../../../../src/firmware/agent/key-ring.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const KEY = 'a-key-of-this-test';
const keys = new KeyRing();
keys.load({
  ...defaultConfiguration.monitoring,
  apiKeys: [{ name: 'test', sha256: createHash('sha256').update(KEY).digest('hex') }],
  requestsPerMinute: 60_000_000,
});
const history = await History.open(tempFolder(), ['load1', 'check:web-shop']);
// A minute ago: the end of what is asked for is now, which may be the first second of a minute.
await history.record(new Date(Date.now() - 60_000), new Map([['load1', 1.5]]));
const check = (id: string, verdict: CheckState['verdict']): CheckState => ({
  ...{ id, verdict, core: false, detail: 'so it is', advice: 'do this', seconds: 0.1 },
});
const status: Status = {
  ...{ schemaVersion: 1, image: 'x', version: '1.0.0', slot: 'A', inService: true, drained: false },
  firstInServiceSeconds: 1,
  checks: [check('web-shop', 'failing'), check('db', 'healthy'), check('replicaset', 'unknown')],
};
const sources: Sources = {
  status: () => status,
  inService: () => true,
  metrics: async () => 'x 1\n',
  history,
  keys,
};
const ask = (question: Partial<Question>, from = sources) =>
  answer({ method: 'GET', path: '/', query: '', accept: '', key: undefined, outside: true, ...question }, from);

test('checks of the payload are asked for by their names', async () => {
  const statusOf = async (id: string) => (await ask({ path: `/health/status/${id}`, key: KEY })).status;
  assert.equal(
    await Promise.all(['web-shop', 'db', 'replicaset', 'updates', 'Web', 'a'.repeat(40)].map(statusOf)),
    [520, 204, 520, 404, 404, 404],
  );
});

test('history: with a key from outside, without on loopback', async () => {
  const query = 'metric=load1';
  assert.is((await ask({ path: '/health/history', query })).status, 401);
  assert.is((await ask({ path: '/history', query, key: KEY })).status, 404);
  for (const question of [
    { path: '/health/history', query, key: KEY },
    { path: '/history', query, outside: false },
  ]) {
    const { status: code, type, body = '' } = await ask(question);
    assert.equal([code, type], [200, 'application/json']);
    const { unit, points } = JSON.parse(body);
    assert.equal([unit, points.length, points[0][1]], ['processes', 1, 1.5]);
  }
});

test('history: a bad question is 400, a metric that is none 404 with those there are, and without a disk 503', async () => {
  const outcome = async (query: string, from = sources) => {
    const { status: code, type, body = '{}' } = await ask({ path: '/health/history', query, key: KEY }, from);
    assert.is(type, 'application/problem+json');
    return [code, JSON.parse(body).detail];
  };
  assert.equal(await outcome('metric=load1&from=x'), [
    400,
    'from: "x" is no time like 2026-01-31T12:00:00Z and no number of seconds',
  ]);
  assert.equal(await outcome('metric=load2'), [404, 'There are: load1, check:web-shop.']);
  assert.is((await outcome('metric=load1', { ...sources, history: undefined }))[0], 503);
});

test('metrics come in the form that was asked for', async () => {
  const plain = await ask({ path: '/health/metrics', key: KEY });
  assert.equal([plain.type, plain.body], ['text/plain; version=0.0.4; charset=utf-8', 'x 1\n']);
  const open = await ask({ path: '/health/metrics', key: KEY, accept: 'application/openmetrics-text;version=1.0.0' });
  assert.match(open.body ?? '', /# EOF\n$/);
});

test('20,000 questions that nobody would ask: each has an answer, and none without a key tells anything', async () => {
  let seed = 11;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const pick = <T>(from: readonly T[]): T => from[random(from.length)] as T;
  const words = [
    ...['health', 'status', 'history', 'metrics', 'testall', 'web-shop', 'db', '..', '%2e%2e', '', '__proto__', '\0'],
    ...['constructor', 'ü', 'a'.repeat(5000)],
  ];
  const values = [
    'load1',
    'check:web-shop',
    '0',
    '-1',
    '1e9',
    '2026-01-01T00:00:00Z',
    '9'.repeat(40),
    '%00',
    '%',
    '+',
    '',
  ];
  const names = ['metric', 'from', 'to', 'step', '__proto__', 'metric[]', '%6detric'];
  const seen = new Map<number, number>();
  for (let count = 0; count < 20_000; count++) {
    const key = pick([undefined, KEY, `${KEY}x`]);
    const outside = random(4) > 0;
    const path = `${pick(['', '/health'])}/${Array.from({ length: random(4) }, () => pick(words)).join('/')}`;
    const query = Array.from({ length: random(5) }, () => `${pick(names)}=${pick(values)}`).join('&');
    const accept = pick(['', '*/*', 'application/openmetrics-text', ';;;,,,q=', 'text/plain;q=nan']);
    const method = pick(['GET', 'GET', 'GET', 'HEAD', 'POST', 'get']);
    const given = await ask({ method, path, query, accept, key, outside });
    seen.set(given.status, (seen.get(given.status) ?? 0) + 1);
    const isTold = [200, 204, 520].includes(given.status) && !path.endsWith('testall');
    if (isTold && outside) assert.is(key, KEY, path);
  }
  assert.equal([...seen.keys()].sort(), [200, 204, 400, 401, 404, 405, 520]);
});

test.run();
