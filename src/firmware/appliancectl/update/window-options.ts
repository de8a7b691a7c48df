import { type Command, InvalidArgumentError } from 'commander';
import {
  isTimeZone,
  type MaintenanceWindow,
  type Weekday,
  WINDOW_MAX_MINUTES,
  WINDOW_MIN_MINUTES,
  WINDOW_START,
  weekdays,
} from '../../../contract/updates/window.ts';
import { Failure } from '../failure.ts';

/** A maintenance window as it is written on a command line. */
export interface WindowFlags {
  readonly at?: string;
  readonly days?: readonly Weekday[];
  readonly start?: string;
  readonly minutes?: number;
  readonly timeZone?: string;
}

const EXAMPLES =
  'For example: --at 2026-03-01T02:00:00Z --minutes 60, or --days saturday,sunday --start 02:00 --minutes 120.';

/** Lets a command take a window, once or recurring. */
export function takingWindow(command: Command): Command {
  return command
    .option('--at <time>', 'a window that comes once: its beginning, such as 2026-03-01T02:00:00Z', moment)
    .option('--days <days>', 'a window that recurs: days on which it begins, such as saturday,sunday', days)
    .option('--start <time>', 'with --days: the time of day, such as 02:00', start)
    .option('--minutes <number>', `how long it is: ${WINDOW_MIN_MINUTES} to ${WINDOW_MAX_MINUTES}`, minutes)
    .option('--time-zone <name>', "with --days: such as Europe/Berlin; else the appliance's own", timeZone);
}

/**
 * @returns undefined when no window was written
 * @throws {Failure} when something of it is missing, does not go together, or is over already
 */
export function windowOf(flags: WindowFlags, now: Date): MaintenanceWindow | undefined {
  const { at, days, start, minutes, timeZone } = flags;
  if ([at, days, start, minutes, timeZone].every((one) => one === undefined)) return undefined;
  const recurs = days !== undefined || start !== undefined || timeZone !== undefined;
  if (at !== undefined && recurs) throw new Failure('a window comes once or recurs, not both', EXAMPLES, 2);
  if (minutes === undefined) throw new Failure('a window needs --minutes', EXAMPLES, 2);
  if (at !== undefined) {
    if (Date.parse(at) + minutes * 60_000 <= now.getTime())
      throw new Failure('this window is over already', `The appliance's clock shows ${now.toISOString()}.`, 2);
    return { at, minutes };
  }
  if (days === undefined || start === undefined)
    throw new Failure('a window needs --at, or --days and --start', EXAMPLES, 2);
  return { days, start, minutes, timeZone: timeZone ?? null };
}

/** RFC 3339, section 5.6, with any offset. @returns the same moment in UTC, in the protocol's form */
function moment(text: string): string {
  const [, date = ''] =
    /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/.exec(text) ?? [];
  // Date takes the 30th of February for the 2nd of March.
  const midnight = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || !midnight.toISOString().startsWith(date))
    throw new InvalidArgumentError('Expected a time such as 2026-03-01T02:00:00Z.');
  return new Date(text).toISOString();
}

function days(text: string): Weekday[] {
  const wanted = text.toLowerCase().split(',');
  const known = weekdays.filter((day) => wanted.includes(day));
  // Each once, and none that is no day.
  if (known.length !== wanted.length)
    throw new InvalidArgumentError(`Expected days with commas between, each once: ${weekdays.join(', ')}.`);
  return known;
}

function start(text: string): string {
  if (!WINDOW_START.test(text)) throw new InvalidArgumentError('Expected hours and minutes, such as 02:30.');
  return text;
}

function minutes(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (number < WINDOW_MIN_MINUTES || number > WINDOW_MAX_MINUTES)
    throw new InvalidArgumentError(`Expected a whole number from ${WINDOW_MIN_MINUTES} to ${WINDOW_MAX_MINUTES}.`);
  return number;
}

function timeZone(name: string): string {
  if (!isTimeZone(name)) throw new InvalidArgumentError('Expected a name such as Europe/Berlin.');
  return name;
}
