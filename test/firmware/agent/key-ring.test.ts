import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultConfiguration } from '../../../src/contract/configuration/configuration.ts';
import { KeyRing } from '../../../src/firmware/agent/key-ring.ts';

const hash = (key: string): string => createHash('sha256').update(key).digest('hex');
const monitoring = {
  ...defaultConfiguration.monitoring,
  requestsPerMinute: 6,
  apiKeys: ['first', 'second'].map((name) => ({ name, sha256: hash(`${name}-key`) })),
};

test('a key is known by its hash, and by its name from then on', () => {
  const ring = new KeyRing();
  ring.load(monitoring);
  assert.equal(ring.admit('second-key', 0), { kind: 'admitted', name: 'second' });
  for (const key of [undefined, '', 'second', hash('second-key')])
    assert.equal(ring.admit(key, 0), { kind: 'unknown' });
});

test('a minute’s worth at once, then one after another; another key is not held up', () => {
  const ring = new KeyRing();
  ring.load(monitoring);
  for (let count = 0; count < 6; count++) assert.is(ring.admit('first-key', 0).kind, 'admitted');
  assert.equal(ring.admit('first-key', 0), { kind: 'too-many', retryAfterSeconds: 10 });
  assert.equal(ring.admit('first-key', 9_000), { kind: 'too-many', retryAfterSeconds: 1 });
  assert.is(ring.admit('first-key', 10_000).kind, 'admitted');
  assert.is(ring.admit('first-key', 10_000).kind, 'too-many');
  assert.is(ring.admit('second-key', 0).kind, 'admitted');
});

test('a revoked key is worthless at once, and a new configuration gives nobody a fresh minute', () => {
  const ring = new KeyRing();
  ring.load(monitoring);
  for (let count = 0; count < 6; count++) ring.admit('first-key', 0);
  ring.load({ ...monitoring, apiKeys: monitoring.apiKeys.slice(0, 1) });
  assert.equal(ring.admit('second-key', 0), { kind: 'unknown' });
  assert.is(ring.admit('first-key', 0).kind, 'too-many');
});

test.run();
