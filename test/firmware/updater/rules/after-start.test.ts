import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Phase, UpdateState } from '../../../../src/contract/updates/state.ts';
import { decide } from '../../../../src/firmware/updater/rules/decide.ts';
import { HASH, offer, sample, stateIn, words } from '../sample.ts';

const closed = new Date('2026-03-02T02:30:00Z');
const here = { fetched: HASH };
const after = { bootId: 'b-2' };
const inB = { ...after, running: { version: '1.1.0', slot: 'B' as const, built: new Date('2026-02-01T00:00:00Z') } };

/** [phase, what is otherwise, other fields of the state, decision] */
const cases: readonly [string, Phase, Parameters<typeof sample>[1], Partial<UpdateState>, string][] = [
  ['interrupted while installing', 'installing', { facts: { ...here, ...after } }, {}, 'install'],
  [
    'interrupted for the third time',
    'installing',
    { facts: { ...here, ...after } },
    { attempt: 3 },
    'attempts-used-up',
  ],
  ['interrupted just before the end', 'installing', { facts: inB }, {}, 'begin-trial'],
  ['installed', 'installed', {}, {}, 'reboot'],
  ['installed, window over', 'installed', { now: closed }, {}, 'wait-for-window outside-window'],
  [
    'installed, window too short',
    'installed',
    { now: new Date('2026-03-01T03:56:00Z') },
    {},
    'wait-for-window outside-window',
  ],
  [
    'installed, withdrawn',
    'installed',
    { offer: { withdrawn: { at: offer.created, reason: 'x' } } },
    {},
    'roll-back here',
  ],
  ['installed, approval run out', 'installed', { now: new Date('2026-03-29T02:30:00Z') }, {}, 'roll-back here'],
  ['installed, restarted by somebody', 'installed', { facts: inB }, {}, 'begin-trial'],
  ['installed, restarted, not tried', 'installed', { facts: after }, {}, 'reboot'],
  ['installed, restarted, tried', 'installed', { facts: { ...after, tries: { A: 0, B: 3 } } }, {}, 'note-rolled-back'],
  ['restart ordered', 'rebooting', {}, {}, 'reboot'],
  ['the new slot came up', 'rebooting', { facts: inB }, {}, 'begin-trial'],
  ['the old slot came up', 'rebooting', { facts: { ...after, tries: { A: 0, B: 3 } } }, {}, 'note-rolled-back'],
  [
    'something else came up',
    'rebooting',
    { facts: { ...inB, running: { ...inB.running, version: '0.9.0' } } },
    {},
    'note-rolled-back',
  ],
  [
    'healthy for long enough',
    'trial',
    { facts: { ...inB, bootId: 'b-1', healthySeconds: 300, uptimeSeconds: 400 } },
    {},
    'commit',
  ],
  [
    'not for long enough',
    'trial',
    { facts: { ...inB, bootId: 'b-1', healthySeconds: 299, uptimeSeconds: 400 } },
    {},
    'nothing',
  ],
  [
    'its deadline',
    'trial',
    { facts: { ...inB, bootId: 'b-1', healthySeconds: 299, uptimeSeconds: 1800 } },
    {},
    'roll-back and restart',
  ],
  [
    'failing at its deadline',
    'trial',
    { facts: { ...inB, bootId: 'b-1', ailment: 'x', healthySeconds: 900, uptimeSeconds: 1800 } },
    {},
    'roll-back and restart',
  ],
  [
    'on trial with a wrong clock',
    'trial',
    { now: new Date(0), facts: { ...inB, bootId: 'b-1', healthySeconds: 301 } },
    {},
    'commit',
  ],
  ['restarted on trial', 'trial', { facts: inB }, {}, 'begin-trial'],
  ['restarted on trial again and again', 'trial', { facts: inB }, { attempt: 3 }, 'roll-back and restart'],
  ['the old slot came up on trial', 'trial', { facts: after }, {}, 'note-rolled-back'],
  ['going back', 'rebooting', { facts: { ...inB, bootId: 'b-1' } }, { goingBack: true }, 'roll-back and restart'],
  ['back', 'rebooting', { facts: after }, { goingBack: true }, 'note-rolled-back'],
  ['not back', 'rebooting', { facts: inB }, { goingBack: true }, 'roll-back and restart'],
  ['not back for the third time', 'rebooting', { facts: inB }, { goingBack: true, attempt: 3 }, 'no-way-back'],
  ['kept, and the old slot came up', 'committed', { facts: after }, {}, 'note-rolled-back'],
];

for (const [what, phase, more, state, expected] of cases) {
  test(`${phase}, ${what}: ${expected}`, () => {
    assert.is(words(decide(sample(stateIn(phase, state), more))), expected);
  });
}

test('a version that went back says how often it was started', () => {
  const tried = decide(sample(stateIn('rebooting'), { facts: { ...after, tries: { A: 0, B: 3 } } }));
  assert.is(tried.do === 'note-rolled-back' && tried.reason, '1.1.0 did not come up in 3 starts');
  const never = decide(sample(stateIn('rebooting'), { facts: after }));
  assert.is(never.do === 'note-rolled-back' && never.reason, 'the boot loader did not start 1.1.0');
});

test.run();
