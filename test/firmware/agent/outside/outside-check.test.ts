import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Configuration, defaultConfiguration } from '../../../../src/contract/configuration/configuration.ts';
import { outsideCheck } from '../../../../src/firmware/agent/outside/outside-check.ts';
import { type OutsideResult, readResults, writeResults } from '../../../../src/firmware/agent/outside/results.ts';
import { targetOf } from '../../../../src/firmware/agent/outside/targets.ts';
import { placesBelow } from '../../../../src/firmware/platform/places.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const places = placesBelow(tempFolder());
mkdirSync(dirname(places.outsideResults), { recursive: true });
const { monitoring } = defaultConfiguration;
const configured: Configuration = {
  ...defaultConfiguration,
  monitoring: { ...monitoring, internetCheck: { url: 'https://example.com/' } },
};
let uptime = 100;
const check = outsideCheck('internet', () => uptime);
const judge = (configuration = configured) =>
  check.judge({
    ...{ places, configuration, thresholds: monitoring.thresholds, now: new Date(0) },
    signal: new AbortController().signal,
  });
const found: OutsideResult = {
  ...{ id: 'internet', target: 'https://example.com/', healthy: true, detail: 'it answered', advice: 'look' },
  atUptimeSeconds: 100,
};

test('without an order there is no check', () => {
  assert.is(check.isWanted?.(defaultConfiguration), false);
  assert.is(check.isWanted?.(configured), true);
  assert.is(targetOf('email', defaultConfiguration), null);
});

test('nothing found is not known, for a while', async () => {
  assert.is((await judge()).healthy, null);
  uptime = 100 + 16 * 60;
  assert.equal([(await judge()).healthy, (await judge()).detail], [false, 'nobody has asked for 16 minutes']);
  uptime = 100;
});

test('what was found counts while it is fresh and the question the same', async () => {
  await writeResults(places.outsideResults, [found]);
  assert.equal([(await judge()).healthy, (await judge()).detail], [true, 'it answered']);
  const proxy = { url: 'http://proxy:3128', username: null, password: null, exceptions: [] };
  assert.is((await judge({ ...configured, proxy })).healthy, null);
  uptime = 100 + 16 * 60;
  assert.is((await judge()).healthy, false);
  uptime = 100;
});

test('a file that is none of ours is told and not taken', async () => {
  for (const text of [
    '{',
    'null',
    '{"schemaVersion":2,"results":[]}',
    '{"schemaVersion":1,"results":[1]}',
    JSON.stringify({ schemaVersion: 1, results: [{ ...found, id: 'cpu' }] }),
    JSON.stringify({ schemaVersion: 1, results: [{ ...found, detail: 'x'.repeat(1001) }] }),
    JSON.stringify({ schemaVersion: 1, results: [{ ...found, healthy: 'yes' }] }),
    JSON.stringify({ schemaVersion: 1, results: Array.from({ length: 9 }, () => found) }),
  ]) {
    writeFileSync(places.outsideResults, text);
    const outcome = await readResults(places.outsideResults).then(
      () => 'taken',
      () => 'refused',
    );
    assert.is(outcome, 'refused', text.slice(0, 80));
  }
  rmSync(places.outsideResults);
  assert.equal(await readResults(places.outsideResults), []);
});

test.run();
