import type { FieldReader } from '../payload-checks/field-reader.ts';
import { isVersion } from '../version.ts';
import { type MaintenanceWindow, WINDOW_MAX_MINUTES, WINDOW_MIN_MINUTES, WINDOW_START, weekdays } from './window.ts';

/** A moment as these programs write it: RFC 3339 in UTC, with or without milliseconds. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z$/;
const ZONE = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+){0,2}$/;
/** Name of an image. */
export const IMAGE = /^[a-z0-9][a-z0-9-]{0,63}$/;
/** Name of a test appliance: a host's name. The schema of the configuration has the same. */
export const APPLIANCE = /^[A-Za-z0-9][A-Za-z0-9.-]{0,127}$/;
export const SHA256 = /^[0-9a-f]{64}$/;
/** A person's login, or a part of the appliance. */
export const WHO = /^[^\p{C}]{1,100}$/u;
/** `oneLine` of this length is a sentence. */
export const SENTENCE_MAX_CHARACTERS = 1000;
/** A sentence for a person. */
export const SENTENCE = new RegExp(`^[^\\p{Cc}]{0,${SENTENCE_MAX_CHARACTERS}}$`, 'u');
export const BOOT_ID = /^[0-9a-f-]{1,64}$/;

export function readVersion(read: FieldReader, value: unknown, at: string): string {
  if (typeof value === 'string' && isVersion(value)) return value;
  read.fault(at, 'a version such as 1.2.3');
  return '';
}

export function readTime(read: FieldReader, value: unknown, at: string): string {
  if (typeof value === 'string' && TIME.test(value) && !Number.isNaN(Date.parse(value))) return value;
  read.fault(at, 'a time such as 2026-01-31T02:00:00Z');
  return '';
}

/** What may be missing is `null`. */
export function orNull<T>(value: unknown, read: (value: unknown) => T): T | null {
  return value === null ? null : read(value);
}

export function readWindow(read: FieldReader, value: unknown, at: string): MaintenanceWindow {
  const recurs = typeof value === 'object' && value !== null && 'days' in value;
  const fields = read.object(value, at, recurs ? ['days', 'start', 'minutes', 'timeZone'] : ['at', 'minutes']);
  const minutes = read.number(fields.minutes, `${at}.minutes`, WINDOW_MIN_MINUTES, WINDOW_MAX_MINUTES);
  if (!recurs) return { at: readTime(read, fields.at, `${at}.at`), minutes };
  const days = read.list(fields.days, `${at}.days`, weekdays.length, (day, where) => read.oneOf(day, where, weekdays));
  if (days.length === 0 || new Set(days).size < days.length) read.fault(`${at}.days`, 'days of the week, each once');
  return {
    days,
    start: read.text(fields.start, `${at}.start`, WINDOW_START),
    minutes,
    timeZone: orNull(fields.timeZone, (zone) => read.text(zone, `${at}.timeZone`, ZONE)),
  };
}
