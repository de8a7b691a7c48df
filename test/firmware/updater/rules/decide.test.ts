import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { refusalRules } from '../../../../src/contract/updates/refusal.ts';
import type { Phase, UpdateState } from '../../../../src/contract/updates/state.ts';
import { decide } from '../../../../src/firmware/updater/rules/decide.ts';
import { HASH, NOW, offer, receipt, sample, stateIn, testAppliance, words } from '../sample.ts';

type More = Parameters<typeof sample>[1];

const closed = new Date('2026-03-02T02:30:00Z');
const here = { fetched: HASH };
const approval = stateIn('approved').approval as NonNullable<UpdateState['approval']>;
const failed = [{ version: '1.1.0', at: '2026-02-27T00:00:00Z', reason: 'did not come up' }];
const inB = { running: { version: '1.1.0', slot: 'B' as const, built: new Date('2026-02-01T00:00:00Z') } };
const tester = testAppliance();
const testedFirst = { appliance: 'test-1', days: 7, publicKey: tester.publicKey };
const withReceipt = (change: Partial<typeof receipt>): More => ({
  updates: { testedFirst },
  facts: { receipts: [tester.sign({ ...receipt, ...change })] },
});
const forged = { receipt, signature: testAppliance().sign(receipt).signature };
const security = { severity: 'security' as const };
const preApprove = 'security' as const;

/** [phase, what is otherwise, other fields of the state, decision] */
const cases: readonly [string, Phase, More, Partial<UpdateState>, string][] = [
  ['nothing may be asked', 'idle', { updates: { checking: false }, metadata: null }, { lastCheck: null }, 'nothing'],
  ['never asked', 'idle', { metadata: null }, { lastCheck: null }, 'check'],
  ['asked just now', 'idle', { metadata: null }, {}, 'nothing'],
  ['asked two days ago', 'idle', {}, { lastCheck: '2026-02-27T02:30:00Z' }, 'check'],
  ['asked in a future', 'idle', {}, { lastCheck: '2036-02-27T02:30:00Z' }, 'check'],
  ['a clock without a server', 'idle', { facts: { clockSynchronised: false } }, { lastCheck: null }, 'clock-untrusted'],
  ['a clock before the image', 'idle', { now: new Date(0) }, { lastCheck: null }, 'clock-untrusted'],
  ['something new', 'idle', {}, {}, 'take-up'],
  [
    'something new once more',
    'committed',
    { facts: { running: inB.running }, offer: { version: '1.2.0' } },
    { slot: 'B' },
    'take-up',
  ],
  ['another image', 'idle', { offer: { image: 'other' } }, {}, 'nothing'],
  ['the same version', 'idle', { offer: { version: '1.0.0' } }, {}, 'nothing'],
  ['an older version', 'idle', { offer: { version: '1.0.0-rc.1' } }, {}, 'nothing'],
  ['another track', 'idle', { offer: { tracks: ['candidate'] } }, {}, 'nothing'],
  ['no way from here', 'idle', { offer: { minimumVersion: '1.0.1' } }, {}, 'nothing'],
  ['a way from here', 'idle', { offer: { minimumVersion: '1.0.0' } }, {}, 'take-up'],
  ['not its turn', 'idle', { offer: { rolloutPercent: 0 } }, {}, 'nothing'],
  ['tried before', 'rolled-back', {}, { failed, approval: null }, 'nothing'],
  ['taken up', 'available', {}, {}, 'announce'],
  [
    'taken up, and withdrawn',
    'available',
    { offer: { withdrawn: { at: offer.created, reason: 'x' } } },
    {},
    'let-go withdrawn',
  ],
  ['told', 'announced', {}, { approval: null }, 'wait-for-approval'],
  ['told, and gone', 'announced', { metadata: { source: 'channel', offers: [] } }, {}, 'let-go not-offered'],
  ['told, and something newer', 'announced', { offer: { version: '1.2.0' } }, {}, 'take-up'],
  ['told, and other bytes', 'announced', { offer: { manifestHash: 'b'.repeat(64) } }, {}, 'take-up'],
  ['a security fix without a policy', 'announced', { offer: security }, {}, 'wait-for-approval'],
  ['a policy without a security fix', 'announced', { updates: { preApprove } }, {}, 'wait-for-approval'],
  ['a policy and a security fix', 'announced', { updates: { preApprove }, offer: security }, {}, 'approve-by-policy'],
  ['approved', 'approved', {}, {}, 'download'],
  ['approved, outside the window', 'approved', { now: closed }, {}, 'wait-for-window outside-window'],
  ['approved without any window', 'approved', { updates: { window: null } }, {}, 'wait-for-window outside-window'],
  [
    'a window of its own',
    'approved',
    { now: closed },
    { approval: { ...approval, window: { at: closed.toISOString(), minutes: 60 } } },
    'download',
  ],
  ['no approval', 'scheduled', {}, { approval: null }, 'approval-missing'],
  [
    'approval of another version',
    'scheduled',
    {},
    { approval: { ...approval, version: '1.0.9' } },
    'approval-other-version',
  ],
  [
    'approval of other bytes',
    'scheduled',
    {},
    { approval: { ...approval, manifestHash: 'b'.repeat(64) } },
    'approval-other-version',
  ],
  ['approval run out', 'scheduled', { now: new Date('2026-03-29T02:30:00Z') }, {}, 'approval-expired'],
  [
    'approval from a future',
    'scheduled',
    {},
    { approval: { ...approval, at: '2026-03-02T00:00:00Z' } },
    'approval-expired',
  ],
  [
    'approval by a policy that is gone',
    'scheduled',
    {},
    { approval: { ...approval, byPolicy: true } },
    'approval-missing',
  ],
  ['withdrawn', 'verified', { facts: here, offer: { withdrawn: { at: offer.created, reason: 'x' } } }, {}, 'withdrawn'],
  [
    'gone from the channel',
    'verified',
    { facts: here, metadata: { source: 'channel', offers: [] } },
    {},
    'not-offered',
  ],
  [
    'other bytes of the same version',
    'verified',
    { facts: here, offer: { manifestHash: 'b'.repeat(64) } },
    {},
    'not-offered',
  ],
  ['track changed', 'scheduled', { updates: { track: 'long-term' } }, {}, 'not-on-track'],
  ['nothing known of the channel', 'scheduled', { metadata: null }, { lastCheck: '2026-03-01T00:00:00Z' }, 'check'],
  ['and it was asked just now', 'scheduled', { metadata: null }, {}, 'nothing'],
  ['and it may not be asked', 'scheduled', { metadata: null, updates: { checking: false } }, {}, 'not-consented'],
  ['fetching is not allowed', 'scheduled', { updates: { checking: false } }, {}, 'not-consented'],
  [
    'carried over instead',
    'scheduled',
    { updates: { checking: false }, facts: here, metadata: { source: 'import', offers: [offer] } },
    {},
    'verify',
  ],
  ['no space', 'scheduled', { facts: { freeBytes: 200_000_000 } }, {}, 'not-enough-space'],
  ['not healthy', 'scheduled', { facts: { ailment: 'disk full' } }, {}, 'unhealthy'],
  ['clock lost', 'downloading', { facts: { clockSynchronised: false } }, {}, 'clock-untrusted'],
  ['no receipt', 'scheduled', { updates: { testedFirst } }, {}, 'tested-first-missing'],
  ['no receipt on a test appliance', 'scheduled', { updates: { testedFirst }, role: 'test' }, {}, 'download'],
  ['a receipt', 'scheduled', withReceipt({}), {}, 'download'],
  [
    'a receipt of too few days',
    'scheduled',
    withReceipt({ committed: '2026-02-22T00:00:00Z' }),
    {},
    'tested-first-missing',
  ],
  ['a receipt of another version', 'scheduled', withReceipt({ version: '1.0.9' }), {}, 'tested-first-missing'],
  ['a receipt of other bytes', 'scheduled', withReceipt({ manifestHash: 'b'.repeat(64) }), {}, 'tested-first-missing'],
  ['a receipt of another appliance', 'scheduled', withReceipt({ appliance: 'test-2' }), {}, 'tested-first-missing'],
  ['a receipt from a future', 'scheduled', withReceipt({ issued: '2026-03-08T00:00:00Z' }), {}, 'tested-first-missing'],
  [
    'a forged receipt',
    'scheduled',
    { updates: { testedFirst }, facts: { receipts: [forged] } },
    {},
    'tested-first-missing',
  ],
  [
    'a changed receipt',
    'scheduled',
    {
      updates: { testedFirst },
      facts: { receipts: [{ ...tester.sign({ ...receipt, committed: receipt.issued }), receipt }] },
    },
    {},
    'tested-first-missing',
  ],
  ['fetched', 'downloading', { facts: here }, {}, 'verify'],
  ['another bundle is here', 'verified', { facts: { fetched: 'b'.repeat(64) } }, {}, 'download'],
  ['verified', 'verified', { facts: here }, {}, 'install'],
  ['verified, window over', 'verified', { facts: here, now: closed }, {}, 'wait-for-window outside-window'],
];

for (const [what, phase, more, state, expected] of cases) {
  test(`${phase}, ${what}: ${expected}`, () => {
    assert.is(words(decide(sample(stateIn(phase, state), more))), expected);
  });
}

test('what passes is looked at again, what does not is not, and the lasting one is told', () => {
  const passing = decide(sample(stateIn('scheduled'), { facts: { ailment: 'disk full', freeBytes: 0 } }));
  assert.is(passing.do === 'refuse' && passing.until?.toISOString(), '2026-03-01T02:35:00.000Z');
  const both = { rolloutPercent: 0, withdrawn: { at: offer.created, reason: 'breaks mail' } };
  const lasting = decide(sample(stateIn('scheduled'), { offer: both }));
  assert.ok(lasting.do === 'refuse' && lasting.until === null);
  assert.equal(lasting.do === 'refuse' && lasting.refusals.map(({ message }) => message), [
    `it was withdrawn: 1.1.0, on ${offer.created}: breaks mail`,
  ]);
});

test('the newest version that may be taken is taken, and not the newest', () => {
  const offers = [
    { ...offer, version: '1.1.0' },
    { ...offer, version: '1.10.0' },
    { ...offer, version: '1.9.0' },
    { ...offer, version: '2.0.0', minimumVersion: '1.10.0' },
  ];
  const decision = decide(sample(stateIn('idle'), { metadata: { source: 'channel', offers } }));
  assert.is(decision.do === 'take-up' && decision.offer.version, '1.10.0');
});

test('each rule is one of the table, and has a next step', () => {
  const seen = new Set(cases.flatMap(([, , , , expected]) => expected.split(' ')));
  const unseen = refusalRules.map(({ id }) => id).filter((id) => !seen.has(id));
  const later = ['attempts-used-up', 'no-way-back'];
  // Those that only keep something from being taken up are looked at in suitable.test.ts, the last two in after-start.test.ts.
  assert.equal(unseen, ['wrong-image', 'older', 'minimum-version', 'rollout', 'trial-failed', 'busy', ...later]);
  for (const { id, refuses, next } of refusalRules) assert.ok(/^[a-z]/.test(refuses) && /\.$/.test(next), id);
});

test('a day of appliances asks all through the day, each once', () => {
  const hours = new Map<number, number>();
  for (let count = 0; count < 2400; count++) {
    const state = stateIn('idle', { lastCheck: '2026-03-01T00:00:00Z' });
    const decision = decide(
      sample(state, { facts: { applianceId: `id-${count}` }, metadata: { source: 'channel', offers: [] } }),
    );
    const until = decision.do === 'check' ? NOW : decision.do === 'nothing' ? decision.until : null;
    assert.ok(until);
    const wait = (until as Date).getTime() - Date.parse('2026-03-01T00:00:00Z');
    assert.ok(wait >= 12 * 3_600_000 && wait <= 36 * 3_600_000, String(wait));
    const hour = (until as Date).getUTCHours();
    hours.set(hour, (hours.get(hour) ?? 0) + 1);
  }
  for (let hour = 0; hour < 24; hour++) assert.ok((hours.get(hour) ?? 0) > 60, `${hour}: ${hours.get(hour)}`);
});

test.run();
