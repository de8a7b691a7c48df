import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { UpdateOffer } from '../../../src/contract/updates/offer.ts';
import { OfferFormatError, parseOffer } from '../../../src/contract/updates/parse-offer.ts';

const offer: UpdateOffer = {
  ...{ schemaVersion: 1, image: 'reference', version: '1.1.0', created: '2026-03-01T00:00:00Z' },
  ...{ tracks: ['stable', 'candidate'], severity: 'security', notes: '# New\n\n\t- less\n', fixes: ['CVE-2026-1234'] },
  ...{ minimumVersion: '1.0.0', downtimeMinutes: 5, instruction: 'Tell the users.', rolloutPercent: 10 },
  ...{ withdrawn: { at: '2026-03-02T00:00:00Z', reason: 'loses its address' }, manifestHash: 'ab'.repeat(32) },
};

function faultsOf(custom: unknown): readonly string[] {
  try {
    parseOffer(custom);
  } catch (error) {
    if (error instanceof OfferFormatError) return error.faults;
    throw error;
  }
  return [];
}

test('an offer is taken word for word; what a later Kiln adds is left out, and tracks are in one order', () => {
  assert.equal(parseOffer(offer), offer);
  assert.equal(parseOffer({ ...offer, later: 1, tracks: ['candidate', 'stable'] }), offer);
  const least = { ...offer, minimumVersion: null, instruction: null, withdrawn: null, fixes: [], notes: '' };
  assert.equal(parseOffer(least), least);
});

test('hostile input is refused, with its place', () => {
  const wrong: readonly (readonly [string, unknown])[] = [
    ['schemaVersion', 2],
    ['image', '../etc'],
    ['version', '1.1'],
    ['version', `1.1.0\n`],
    ['created', 'yesterday'],
    ['tracks', []],
    ['tracks', ['stable', 'stable']],
    ['tracks[0]', ['nightly']],
    ['severity', 'Security'],
    ['notes', 'a\u001b[2Jb'],
    ['notes', 'right\u202eleft'],
    ['notes', 'x'.repeat(40_000)],
    ['fixes[1]', ['CVE-2026-1234', 'CVE-1']],
    ['fixes', Array(2000).fill('CVE-2026-1234')],
    ['minimumVersion', ''],
    ['downtimeMinutes', -1],
    ['downtimeMinutes', 0.5],
    ['instruction', 'two\nlines'],
    ['rolloutPercent', 101],
    ['rolloutPercent', '10'],
    ['withdrawn', true],
    ['withdrawn.reason', { at: '2026-03-02T00:00:00Z', reason: '' }],
    ['manifestHash', 'AB'.repeat(32)],
  ];
  for (const [place, value] of wrong) {
    const field = /^\w+/.exec(place)?.[0] ?? '';
    const faults = faultsOf({ ...offer, [field]: value });
    assert.ok(faults.length > 0, `${place} took ${JSON.stringify(value).slice(0, 60)}`);
    assert.ok(
      faults.every((fault) => fault.startsWith(`offer.${place}`)),
      faults.join('\n'),
    );
  }
  for (const nothing of [null, undefined, 'text', 7, []]) assert.ok(faultsOf(nothing).length > 0);
});

test('every field that is missing is named at once', () => {
  const faults = faultsOf({}).join('\n');
  for (const name of Object.keys(offer)) assert.ok(faults.includes(`offer.${name}`), `${name}\n${faults}`);
});

test.run();
