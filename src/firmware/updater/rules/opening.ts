import { type MaintenanceWindow, type RecurringWindow, weekdays } from '../../../contract/updates/window.ts';

/** From when until when. The end is no part of it. */
export interface Opening {
  readonly start: Date;
  readonly end: Date;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/**
 * The opening of a window that is on, or else the next one. A start in an hour that the clocks skip is later by what they
 * skip; in one that they repeat, it is the first of the two: as RFC 5545, section 3.3.5, has it.
 * @param timeZone for windows that name none
 * @returns undefined when none will come
 * @throws {RangeError} when the time zone is unknown
 */
export function nextOpening(window: MaintenanceWindow, timeZone: string, now: Date): Opening | undefined {
  if ('at' in window) return after(now, openingAt(Date.parse(window.at), window.minutes));
  const zone = window.timeZone ?? timeZone;
  // A window that began yesterday may be on; the zone's date may be another than UTC's.
  for (let day = -2; day <= 8; day++) {
    const opening = openingOn(new Date(now.getTime() + day * DAY_MS), window, zone);
    const found = opening && after(now, opening);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Whether a moment lies in an opening. */
export function isOpen({ start, end }: Opening, now: Date): boolean {
  return start <= now && now < end;
}

function after(now: Date, opening: Opening): Opening | undefined {
  return now < opening.end ? opening : undefined;
}

function openingAt(start: number, minutes: number): Opening {
  return { start: new Date(start), end: new Date(start + minutes * MINUTE_MS) };
}

/** @param date its date in UTC is the day in the zone that is meant */
function openingOn(date: Date, { days, start, minutes }: RecurringWindow, zone: string): Opening | undefined {
  // Sunday is 0 here.
  const weekday = weekdays[(date.getUTCDay() + 6) % 7];
  if (weekday === undefined || !days.includes(weekday)) return undefined;
  const [hour, minute] = start.split(':').map(Number);
  const wall = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate(), hour, minute);
  return openingAt(instantOf(wall, zone), minutes);
}

/** @param wall what the clock on the wall shows, as if it were UTC */
function instantOf(wall: number, zone: string): number {
  // No zone is a day from UTC, and none changes twice within two: these are the offsets before and after a change.
  const [before, behind] = [offsetAt(wall - DAY_MS, zone), offsetAt(wall + DAY_MS, zone)];
  const instants = [before, behind].filter((offset) => offsetAt(wall - offset, zone) === offset);
  return Math.min(...(instants.length === 0 ? [before] : instants).map((offset) => wall - offset));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** By how much the zone is ahead of UTC, in milliseconds. */
function offsetAt(instant: number, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    const two = '2-digit';
    format = new Intl.DateTimeFormat('en-US', {
      ...{ timeZone: zone, calendar: 'iso8601', numberingSystem: 'latn', hourCycle: 'h23' },
      ...{ year: 'numeric', month: two, day: two, hour: two, minute: two, second: two },
    });
    formats.set(zone, format);
  }
  const part = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const of = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? Number.NaN;
  const wall = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'));
  return wall - Math.floor(instant / 1000) * 1000;
}
