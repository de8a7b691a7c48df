import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ProtocolError,
  parseAnswer,
  parseRequest,
  updateCommands,
} from '../../../src/contract/updates/parse-protocol.ts';
import { REQUEST_MAX_BYTES, type UpdateAnswer, type UpdateRequest } from '../../../src/contract/updates/protocol.ts';
import { refusal } from '../../../src/contract/updates/refusal.ts';
import { firstState } from '../../../src/contract/updates/state.ts';
import { damaged, seededRandom } from '../../support/seeded-random.ts';

const who = 'ann';
const version = '1.1.0';
const window = { days: ['sunday' as const], start: '02:00', minutes: 60, timeZone: null };
const requests: readonly UpdateRequest[] = [
  { command: 'check', who },
  { command: 'list' },
  { command: 'show', version },
  { command: 'approve', who, version, window: null },
  { command: 'approve', who, version, window: { at: '2026-03-01T02:00:00Z', minutes: 60 } },
  { command: 'schedule', who, version, window },
  { command: 'cancel', who, version },
  { command: 'download', who, version },
  { command: 'install', who, version },
  { command: 'status' },
  { command: 'rollback', who },
  { command: 'history', limit: 20 },
  { command: 'receipt', who },
  { command: 'import', who, path: '/media/usb/update.raucb' },
];
const state = firstState(new Date('2026-03-01T02:30:00Z'), 'b-1');
const offer = {
  ...{ schemaVersion: 1 as const, image: 'reference', version, created: '2026-02-20T00:00:00Z' },
  ...{ tracks: ['stable' as const], severity: 'security' as const, notes: '# New\n\nMore.', fixes: ['CVE-2026-12345'] },
  ...{ minimumVersion: null, downtimeMinutes: 5, instruction: 'Tell users.', rolloutPercent: 100 },
  ...{ withdrawn: { at: '2026-02-21T00:00:00Z', reason: 'broken' }, manifestHash: 'a'.repeat(64) },
};
const refusals = [refusal('withdrawn', 'broken')];
const entry = { time: state.time, who, what: 'approve', version, result: 'done' as const, detail: 'until April' };
const testimony = {
  signed: {
    receipt: {
      ...{ schemaVersion: 1 as const, appliance: 'test-1', image: 'reference', version, manifestHash: 'a'.repeat(64) },
      ...{ committed: '2026-02-20T00:00:00Z', issued: '2026-02-28T00:00:00Z' },
    },
    signature: `${'A'.repeat(86)}==`,
  },
  publicKey: `${'A'.repeat(59)}=`,
};
const answers: readonly UpdateAnswer[] = [
  { type: 'progress', step: 'downloading', percent: 40 },
  { type: 'progress', step: 'waiting', percent: null },
  { type: 'done', body: { state, next: 'nothing', until: null } },
  { type: 'done', body: { state, next: 'waits', until: state.time, offer, entries: [entry] } },
  {
    type: 'done',
    body: {
      ...{ state, next: 'waits', until: null },
      offers: [{ version, created: offer.created, severity: 'routine', bytes: 5_000_000_000, refusals }],
    },
  },
  { type: 'done', body: { state, next: 'nothing', until: null, testimony } },
  { type: 'refused', refusals },
  { type: 'error', message: 'no', next: 'yes' },
];

test('every request and every answer comes through as it was sent', () => {
  for (const request of requests) assert.equal(parseRequest(JSON.stringify(request)), request);
  for (const answer of answers) assert.equal(parseAnswer(JSON.stringify(answer)), answer);
  assert.equal([...new Set(requests.map(({ command }) => command))], updateCommands);
});

test('what is no request is refused, with its place', () => {
  const bad: readonly [unknown, RegExp][] = [
    [null, /request: expected an object/],
    [{}, /request\.command/],
    [{ command: 'reboot' }, /request\.command/],
    [{ command: 'status', who }, /"who"/],
    [{ command: 'check' }, /request\.who/],
    [{ command: 'check', who: 'a\nb' }, /request\.who/],
    [{ command: 'approve', who, version }, /request\.window/],
    [{ command: 'approve', who, version: 'newest', window: null }, /request\.version/],
    [{ command: 'history', limit: 0 }, /request\.limit/],
    [{ command: 'history', limit: 1e9 }, /request\.limit/],
    [{ command: 'import', who, path: 'usb' }, /request\.path/],
    [{ command: 'import', who, path: '/a\u0000b' }, /request\.path/],
    [{ command: '__proto__' }, /request\.command/],
    [{ command: 'constructor' }, /request\.command/],
  ];
  for (const [request, message] of bad) assert.throws(() => parseRequest(JSON.stringify(request)), message);
  assert.throws(() => parseRequest(' '.repeat(REQUEST_MAX_BYTES + 1)), /65536 bytes/);
  assert.throws(
    () => parseRequest('['.repeat(60_000)),
    (error: unknown) => error instanceof ProtocolError,
  );
});

test('20,000 damaged requests and as many answers are taken whole or refused', () => {
  const random = seededRandom(11);
  const counts = { taken: 0, refused: 0 };
  for (let count = 0; count < 20_000; count++) {
    const lines = [requests, answers].map((list) => damaged(JSON.stringify(list[random(list.length)]), random));
    for (const [index, parse] of [parseRequest, parseAnswer].entries()) {
      const line = lines[index] as string;
      try {
        const taken = parse(line);
        assert.equal(parse(JSON.stringify(taken)), taken, line);
        counts.taken++;
      } catch (error) {
        assert.instance(error, ProtocolError, line);
        counts.refused++;
      }
    }
  }
  assert.ok(counts.taken > 100 && counts.refused > 20_000, JSON.stringify(counts));
  assert.is(({} as { polluted?: number }).polluted, undefined);
});

test.run();
