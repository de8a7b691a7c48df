import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Phase, phases } from '../../../../src/contract/updates/state.ts';
import { advance } from '../../../../src/firmware/updater/rules/advance.ts';
import { decide } from '../../../../src/firmware/updater/rules/decide.ts';
import { askRollback } from '../../../../src/firmware/updater/rules/rollback.ts';
import { facts, NOW, sample, stateIn } from '../sample.ts';

const running = { version: '1.1.0', slot: 'B' as const, built: facts.running.built };
const inB = { facts: { running, other: '1.0.0' }, now: new Date(0), updates: { window: null } };

test('it is possible in every phase but those that change a slot, without window and clock, and goes back and stays', () => {
  for (const phase of Object.keys(phases) as Phase[]) {
    const state = stateIn(phase);
    const answer = askRollback('ann', sample(state, inB));
    if (['installing', 'installed', 'rebooting'].includes(phase)) {
      assert.is('refusal' in answer && answer.refusal.rule, 'busy', phase);
      continue;
    }
    assert.ok('event' in answer, phase);
    if (!('event' in answer)) continue;
    const asked = advance(state, answer.event, NOW, { bootId: 'b-1', running });
    const decision = decide(sample(asked, inB));
    assert.equal(decision, { do: 'roll-back', reason: 'asked for by ann', restart: true }, phase);
    const back = { ...facts, bootId: 'b-2', other: '1.1.0' };
    assert.is(decide(sample(asked, { facts: back })).do, 'note-rolled-back', phase);
    const ended = advance(asked, { kind: 'rolled-back', reason: asked.reason }, NOW, back);
    assert.is(ended.failed.at(-1)?.version, '1.1.0', phase);
    // The version is still on offer, and is not taken up again.
    assert.is(decide(sample(ended, { facts: back })).do, 'nothing', phase);
  }
});

test('without a system in the other slot there is no way back', () => {
  const answer = askRollback('ann', sample(stateIn('committed'), { facts: { running, other: null } }));
  assert.is('refusal' in answer && answer.refusal.message, 'the other slot holds no working system: slot A');
});

test.run();
