import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { RecurringWindow } from '../../../../src/contract/updates/window.ts';
import { nextOpening } from '../../../../src/firmware/updater/rules/opening.ts';
import { restartFits } from '../../../../src/firmware/updater/rules/window-rule.ts';

const sundays: RecurringWindow = { days: ['sunday'], start: '02:30', minutes: 60, timeZone: null };

function opening(window: Partial<RecurringWindow>, zone: string, now: string): string {
  const found = nextOpening({ ...sundays, ...window }, zone, new Date(now));
  return found === undefined ? 'none' : `${found.start.toISOString()} ${found.end.toISOString()}`;
}

/** [what, window, zone, now, start, end]. Changes of the clocks are those of the IANA database for 2026. */
const cases: readonly [string, Partial<RecurringWindow>, string, string, string, string][] = [
  ['in winter', {}, 'Europe/Zurich', '2026-01-01T00:00:00Z', '2026-01-04T01:30', '2026-01-04T02:30'],
  ['in summer', {}, 'Europe/Zurich', '2026-07-01T00:00:00Z', '2026-07-05T00:30', '2026-07-05T01:30'],
  ['is on', {}, 'Europe/Zurich', '2026-01-04T02:29:59Z', '2026-01-04T01:30', '2026-01-04T02:30'],
  ['is over', {}, 'Europe/Zurich', '2026-01-04T02:30:00Z', '2026-01-11T01:30', '2026-01-11T02:30'],
  // 02:00 becomes 03:00 on 29 March: 02:30 is not there, and half past three is what it becomes.
  ['in the hour skipped', {}, 'Europe/Zurich', '2026-03-28T00:00:00Z', '2026-03-29T01:30', '2026-03-29T02:30'],
  [
    'over the hour skipped',
    { start: '01:30' },
    'Europe/Zurich',
    '2026-03-28T00:00:00Z',
    '2026-03-29T00:30',
    '2026-03-29T01:30',
  ],
  // 03:00 becomes 02:00 on 25 October: 02:30 is there twice, and the first counts.
  ['in the hour repeated', {}, 'Europe/Zurich', '2026-10-24T00:00:00Z', '2026-10-25T00:30', '2026-10-25T01:30'],
  ['and not twice', {}, 'Europe/Zurich', '2026-10-25T01:30:00Z', '2026-11-01T01:30', '2026-11-01T02:30'],
  ['skipped in New York', {}, 'America/New_York', '2026-03-07T12:00:00Z', '2026-03-08T07:30', '2026-03-08T08:30'],
  [
    'repeated in New York',
    { start: '01:30' },
    'America/New_York',
    '2026-11-01T00:00:00Z',
    '2026-11-01T05:30',
    '2026-11-01T06:30',
  ],
  // Half an hour is skipped there: 02:00 becomes 02:30.
  [
    'on Lord Howe',
    { start: '02:15' },
    'Australia/Lord_Howe',
    '2026-10-03T00:00:00Z',
    '2026-10-03T15:45',
    '2026-10-03T16:45',
  ],
  [
    'at midnight that is not there',
    { start: '00:00' },
    'Africa/Cairo',
    '2026-04-18T00:00:00Z',
    '2026-04-18T22:00',
    '2026-04-18T23:00',
  ],
  [
    'on a midnight skipped',
    { days: ['friday'], start: '00:00' },
    'Africa/Cairo',
    '2026-04-21T00:00:00Z',
    '2026-04-23T22:00',
    '2026-04-23T23:00',
  ],
  [
    'far in the east',
    { start: '00:00' },
    'Pacific/Kiritimati',
    '2026-06-01T00:00:00Z',
    '2026-06-06T10:00',
    '2026-06-06T11:00',
  ],
  [
    'far in the west',
    { start: '23:30' },
    'Pacific/Pago_Pago',
    '2026-06-01T00:00:00Z',
    '2026-06-01T10:30',
    '2026-06-01T11:30',
  ],
  [
    'the zone of its own wins',
    { timeZone: 'UTC' },
    'Asia/Tokyo',
    '2026-01-01T00:00:00Z',
    '2026-01-04T02:30',
    '2026-01-04T03:30',
  ],
  [
    'over midnight',
    { start: '23:30', minutes: 120 },
    'UTC',
    '2026-01-05T01:00:00Z',
    '2026-01-04T23:30',
    '2026-01-05T01:30',
  ],
  [
    'a whole day',
    { start: '00:00', minutes: 1440 },
    'UTC',
    '2026-01-04T23:59:59Z',
    '2026-01-04T00:00',
    '2026-01-05T00:00',
  ],
  [
    'the nearest of several days',
    { days: ['friday', 'tuesday'] },
    'UTC',
    '2026-01-07T00:00:00Z',
    '2026-01-09T02:30',
    '2026-01-09T03:30',
  ],
];

for (const [what, window, zone, now, start, end] of cases) {
  test(`a recurring window, ${what}`, () => {
    assert.is(opening(window, zone, now), `${start}:00.000Z ${end}:00.000Z`);
  });
}

test('every minute of two years: an opening is on or ahead, within eight days, and as long as was said', () => {
  for (let now = Date.UTC(2026, 0, 1); now < Date.UTC(2028, 0, 1); now += 61 * 60_000) {
    const found = nextOpening({ ...sundays, start: '02:15' }, 'Europe/Zurich', new Date(now));
    assert.ok(found, new Date(now).toISOString());
    const { start, end } = found as { start: Date; end: Date };
    assert.is(end.getTime() - start.getTime(), 3_600_000);
    assert.ok(end.getTime() > now && start.getTime() - now <= 8 * 86_400_000, new Date(now).toISOString());
  }
});

test('a window that comes once is over when it is over', () => {
  const once = { at: '2026-05-01T02:00:00Z', minutes: 30 };
  for (const now of ['2020-01-01T00:00:00Z', '2026-05-01T02:29:59Z'])
    assert.is(nextOpening(once, 'UTC', new Date(now))?.start.toISOString(), '2026-05-01T02:00:00.000Z');
  assert.is(nextOpening(once, 'UTC', new Date('2026-05-01T02:30:00Z')), undefined);
});

test('a restart has to fit into what is left, or into half of a window that is too short', () => {
  const at = (time: string): Date => new Date(`2026-05-01T${time}:00Z`);
  const hour = { start: at('02:00'), end: at('03:00') };
  assert.ok(restartFits(hour, at('02:50'), 10));
  assert.not.ok(restartFits(hour, at('02:51'), 10));
  assert.ok(restartFits(hour, at('02:30'), 600));
  assert.not.ok(restartFits(hour, at('02:31'), 600));
});

test.run();
