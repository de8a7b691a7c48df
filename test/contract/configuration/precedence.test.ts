import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  decide,
  type Offer,
  operatorChannels,
  platformChannels,
} from '../../../src/contract/configuration/precedence.ts';
import { repositoryRoot } from '../../support/source-files.ts';

const fresh: Offer = { channel: 'ovf', digest: 'a', decidedBefore: null, beside: [], history: [] };
const of = (change: Partial<Offer>): string => decide({ ...fresh, ...change });

test('whoever comes first configures an appliance as shipped', () => {
  for (const channel of platformChannels) assert.is(of({ channel }), 'apply');
});

test('the same document again changes nothing, whatever happened since', () => {
  for (const history of [[], ['ovf'], ['ovf', 'appliancectl'], ['disc']])
    assert.is(of({ decidedBefore: 'a', history }), 'same');
});

test('a channel may change its own mind, and a stronger one has the word', () => {
  for (const [index, channel] of platformChannels.entries()) {
    for (const [other, inForce] of platformChannels.entries()) {
      const expected = other < index ? 'outranked' : 'apply';
      assert.is(of({ channel, decidedBefore: 'b', history: [inForce] }), expected, `${channel} after ${inForce}`);
      if (other !== index) assert.is(of({ channel, beside: [inForce] }), expected, `${channel} beside ${inForce}`);
    }
  }
});

test('only what is in force counts of the platform’s channels, not what was before', () => {
  assert.is(of({ channel: 'ovf', history: ['disc', 'ovf'] }), 'apply');
});

test('no platform overrides an operator, not even after another platform’s change', () => {
  for (const operator of [...operatorChannels, 'not confirmed', 'a channel of a later release']) {
    for (const channel of platformChannels) {
      assert.is(of({ channel, history: ['ovf', operator] }), 'operator');
      assert.is(of({ channel, history: [operator, 'ovf'] }), 'operator');
    }
  }
});

test('names of objects’ own properties are no channels', () => {
  assert.is(of({ history: ['constructor'] }), 'operator');
});

/** Rows of the table of the page as situations; a row that nobody tries is an error. */
test('docs/configuration.md tells what the function does', () => {
  const page = readFileSync(join(repositoryRoot, 'docs/configuration.md'), 'utf8');
  const rows = [...page.matchAll(/^\| (.+?) \| `(apply|same|outranked|operator)` \|/gm)].map(
    ([, situation, decision]) => [situation, decision],
  );
  const situations: Readonly<Record<string, readonly Offer[]>> = {
    'says what it said when it was last decided on': [
      { ...fresh, decidedBefore: 'a', history: ['appliancectl'] },
      { ...fresh, decidedBefore: 'a', history: [] },
    ],
    'is new, and an operator changed the configuration since this instance began': [
      { ...fresh, channel: 'disc', history: ['console'] },
      { ...fresh, history: ['appliancectl', 'ovf'] },
    ],
    'is new, and a stronger channel is in force or offers something too': [
      { ...fresh, history: ['disc'] },
      { ...fresh, channel: 'user-data', beside: ['ovf'] },
    ],
    'is new in any other case': [
      fresh,
      { ...fresh, history: ['user-data'] },
      { ...fresh, channel: 'disc', beside: ['ovf'] },
    ],
  };
  assert.equal(
    rows,
    Object.entries(situations).map(([situation, [first = fresh]]) => [situation, decide(first)]),
  );
  for (const offers of Object.values(situations)) assert.is(new Set(offers.map(decide)).size, 1);
});

test.run();
