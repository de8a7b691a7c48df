import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseUpdateState, STATE_MAX_BYTES, UpdateStateError } from '../../../src/contract/updates/parse-state.ts';
import { firstState, type Phase, phases, type UpdateState } from '../../../src/contract/updates/state.ts';
import { damaged, seededRandom } from '../../support/seeded-random.ts';

const now = new Date('2026-03-01T02:30:00Z');
const hash = 'a'.repeat(64);
const approval = {
  version: '1.1.0',
  manifestHash: hash,
  who: 'ann',
  at: now.toISOString(),
  expires: '2026-04-01T00:00:00Z',
  window: { days: ['sunday' as const], start: '02:00', minutes: 60, timeZone: 'Europe/Zurich' },
  byPolicy: false,
};
const full: UpdateState = {
  ...firstState(now, 'b-1'),
  phase: 'installed',
  version: '1.1.0',
  manifestHash: hash,
  slot: 'B',
  previous: { version: '1.0.0', slot: 'A' },
  approval,
  lastCheck: now.toISOString(),
  failed: [{ version: '1.0.9', at: now.toISOString(), reason: 'did not come up' }],
};

function faultsOf(change: unknown): readonly string[] {
  try {
    parseUpdateState(JSON.stringify({ ...full, ...(change as object) }));
  } catch (error) {
    assert.instance(error, UpdateStateError);
    return (error as UpdateStateError).faults;
  }
  return [];
}

test('every phase comes back as it was kept', () => {
  assert.equal(parseUpdateState(JSON.stringify(firstState(now, 'b-1'))), firstState(now, 'b-1'));
  for (const phase of Object.keys(phases) as Phase[])
    assert.equal(parseUpdateState(JSON.stringify({ ...full, phase })), { ...full, phase });
  const once = { ...full, approval: { ...approval, window: { at: '2026-03-02T02:00:00Z', minutes: 30 } } };
  assert.equal(parseUpdateState(JSON.stringify(once)), once);
});

const wrong: readonly [string, unknown, RegExp][] = [
  ['an unknown phase', { phase: 'done' }, /state\.phase/],
  ['another form', { schemaVersion: 2 }, /schemaVersion/],
  ['an unknown field', { more: 1 }, /"more"/],
  ['a version that is none', { version: '1.1' }, /state\.version/],
  ['a date that cannot be read', { time: '2026-13-01T00:00:00Z' }, /state\.time/],
  ['a slot that is none', { slot: 'C' }, /state\.slot/],
  ['an attempt before the first', { attempt: 0 }, /state\.attempt/],
  ['two lines of reason', { reason: 'a\nb' }, /state\.reason/],
  ['no approval where one is needed', { approval: null }, /state\.approval/],
  ['an approval of another version', { approval: { ...approval, version: '1.2.0' } }, /state\.approval/],
  ['an approval of other bytes', { approval: { ...approval, manifestHash: 'b'.repeat(64) } }, /state\.approval/],
  ['a window without days', { approval: { ...approval, window: { ...approval.window, days: [] } } }, /days/],
  ['a day twice', { approval: { ...approval, window: { ...approval.window, days: ['sunday', 'sunday'] } } }, /days/],
  ['no slot while one is written', { slot: null }, /state\.slot/],
  ['bytes without a version', { phase: 'idle', version: null }, /manifestHash/],
  ['a phase about no version', { phase: 'announced', version: null, manifestHash: null }, /state\.version/],
  ['too many failed versions', { failed: Array(21).fill(full.failed[0]) }, /state\.failed/],
];
for (const [what, change, fault] of wrong) {
  test(`${what} is refused`, () => assert.match(faultsOf(change).join('\n'), fault));
}

test('hostile texts are refused and change nothing', () => {
  const deep = '['.repeat(30_000) + ']'.repeat(30_000);
  const texts = ['', 'null', '[]', '{}', '1', '"x"', deep, '\u0000', '{"__proto__":{"polluted":1}}'];
  for (const text of [...texts, ' '.repeat(STATE_MAX_BYTES + 1)])
    assert.throws(
      () => parseUpdateState(text),
      (error: unknown) => error instanceof UpdateStateError,
      text.slice(0, 20),
    );
  assert.is(({} as { polluted?: number }).polluted, undefined);
});

test('20,000 damaged states are taken whole or refused with a reason', () => {
  const random = seededRandom(5);
  let taken = 0;
  for (let count = 0; count < 20_000; count++) {
    const text = damaged(JSON.stringify(full), random);
    try {
      const state = parseUpdateState(text);
      assert.equal(parseUpdateState(JSON.stringify(state)), state);
      assert.is(state.approval?.version, state.version, text);
      taken++;
    } catch (error) {
      assert.instance(error, UpdateStateError, text);
    }
  }
  assert.ok(taken > 20 && taken < 10_000, String(taken));
});

test.run();
