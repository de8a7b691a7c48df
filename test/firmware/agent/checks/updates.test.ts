import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultConfiguration } from '../../../../src/contract/configuration/configuration.ts';
import { firstState, type UpdateState } from '../../../../src/contract/updates/state.ts';
import type { Verdict } from '../../../../src/firmware/agent/checks/check.ts';
import { updates } from '../../../../src/firmware/agent/checks/updates.ts';
import { placesBelow } from '../../../../src/firmware/platform/places.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const inSlot = { slot: 'B', previous: { version: '1.0.0', slot: 'A' } } as const;
const now = new Date('2026-03-01T00:00:00Z');
const places = placesBelow(tempFolder());
const configuration = { ...defaultConfiguration, updates: { ...defaultConfiguration.updates, checking: true } };
const { thresholds } = configuration.monitoring;
const judge = async (): Promise<Verdict> =>
  updates.judge({ places, thresholds, configuration, now, signal: new AbortController().signal });
const judged = async (more: Partial<UpdateState>): Promise<readonly [boolean | null, string]> => {
  const state = {
    ...firstState(now, 'b-1'),
    reason: 'so it is',
    version: '1.1.0',
    manifestHash: 'a'.repeat(64),
    ...more,
  };
  writeFileSync(join(places.updates, 'state.json'), JSON.stringify(state));
  const { healthy, detail } = await judge();
  return [healthy, detail];
};

test('there is nothing to watch until the channel may be asked', () => {
  assert.not(updates.isWanted?.(defaultConfiguration));
  assert.ok(updates.isWanted?.(configuration));
});

test('what waits for an approval is no fault; what came to nothing is, with its reason', async () => {
  mkdirSync(places.updates, { recursive: true });
  assert.equal(await judge(), { healthy: null, detail: 'nothing has been looked for yet' });
  const show = '1.1.0 can be installed: sudo appliancectl update show 1.1.0';
  assert.equal(await judged({ phase: 'announced' }), [true, show]);
  assert.equal(await judged({ phase: 'trial', ...inSlot }), [true, '1.1.0 is trial: so it is']);
  assert.equal(await judged({ phase: 'rolled-back', ...inSlot }), [false, '1.1.0 is rolled-back: so it is']);
  assert.equal(await judged({ phase: 'idle' }), [true, 'nothing is on offer that could be installed']);
  const day = 86_400_000;
  const silent = (days: number) =>
    judged({ phase: 'idle', lastCheck: new Date(now.getTime() - days * day).toISOString() });
  assert.is((await silent(2.9))[0], true);
  assert.equal(await silent(3.1), [false, 'the channel was asked last on 2026-02-25T21:36:00.000Z']);
});

test.run();
