import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RefusalId } from '../../../../src/contract/updates/refusal.ts';
import { approve } from '../../../../src/firmware/updater/rules/consent.ts';
import { isReached } from '../../../../src/firmware/updater/rules/rollout.ts';
import { HASH, NOW, offer, sample, stateIn } from '../sample.ts';

type More = Parameters<typeof sample>[1];
const failed = [{ version: '1.1.0', at: '2026-02-27T00:00:00Z', reason: 'did not come up' }];
const asked = { version: '1.1.0', who: 'ann', window: null, byPolicy: false };

function against(more: More, state = stateIn('announced'), request = asked): readonly RefusalId[] {
  const answer = approve(request, sample(state, more));
  return 'refusals' in answer ? answer.refusals.map(({ rule }) => rule) : [];
}

test('an approval names who, the version, its bytes, and when it ends', () => {
  const answer = approve(asked, sample(stateIn('announced'), { updates: { approvalDays: 7 } }));
  assert.equal('approval' in answer && answer.approval, {
    ...asked,
    manifestHash: HASH,
    at: NOW.toISOString(),
    expires: '2026-03-08T02:30:00.000Z',
  });
});

const cases: readonly [string, More, readonly RefusalId[]][] = [
  ['nothing', {}, []],
  ['another image', { offer: { image: 'other' } }, ['wrong-image']],
  ['the same version', { facts: { running: { version: '1.1.0', slot: 'A', built: new Date(0) } } }, ['older']],
  ['a newer one that runs', { facts: { running: { version: '2.0.0', slot: 'A', built: new Date(0) } } }, ['older']],
  ['a version in between', { offer: { minimumVersion: '1.0.1' } }, ['minimum-version']],
  ['the roll-out', { offer: { rolloutPercent: 0 } }, ['rollout']],
  ['the track', { updates: { track: 'candidate' } }, ['not-on-track']],
  ['its withdrawal', { offer: { withdrawn: { at: offer.created, reason: 'x' } } }, ['withdrawn']],
  ['the clock', { facts: { clockSynchronised: false } }, ['clock-untrusted']],
  ['that it is not offered', { offer: { version: '1.2.0' } }, ['not-offered']],
  ['that nothing is known', { metadata: null }, ['not-offered']],
  ['several things', { offer: { image: 'other', rolloutPercent: 0 } }, ['wrong-image', 'rollout']],
];
for (const [what, more, expected] of cases) {
  test(`what stands against an approval: ${what}`, () => assert.equal(against(more), expected));
}

test('a version that was put aside needs a person, and an approval of afterwards', () => {
  const state = stateIn('rolled-back', { failed, approval: null });
  assert.equal(against({}, state), []);
  assert.equal(against({}, state, { ...asked, byPolicy: true }), ['trial-failed']);
  const later = [{ ...failed[0], version: '1.1.0', at: NOW.toISOString(), reason: 'x' }];
  assert.equal(against({}, stateIn('rolled-back', { failed: later })), ['trial-failed']);
});

test('nothing is approved while a slot is changed', () => {
  for (const phase of ['installing', 'installed', 'rebooting', 'trial'] as const)
    assert.equal(against({}, stateIn(phase)), ['busy'], phase);
});

test('a roll-out reaches its share of appliances, others each time, and nobody drops out as it grows', () => {
  const ids = Array.from({ length: 20_000 }, (_, index) => `appliance-${index}`);
  const reached = (version: string, percent: number): string[] => ids.filter((id) => isReached(id, version, percent));
  for (const percent of [0, 1, 10, 50, 99, 100]) {
    const share = (reached('1.1.0', percent).length / ids.length) * 100;
    assert.ok(Math.abs(share - percent) < 1.2 && (percent % 100 > 0 || share === percent), `${percent}: ${share}`);
  }
  const tenth = new Set(reached('1.1.0', 10));
  const half = new Set(reached('1.1.0', 50));
  assert.ok([...tenth].every((id) => half.has(id)));
  const both = reached('1.2.0', 10).filter((id) => tenth.has(id)).length;
  assert.ok(both < 400, `${both} of 20000 come early twice: 200 are expected`);
});

test.run();
