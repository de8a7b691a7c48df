export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/** No window is shorter: something has to fit into it. */
export const WINDOW_MIN_MINUTES = 10;
/** No window is longer: a day. */
export const WINDOW_MAX_MINUTES = 1440;

/** A maintenance window that comes again: it begins on each of these days. */
export interface RecurringWindow {
  /** Each once; never empty. */
  readonly days: readonly Weekday[];
  /** `HH:MM`, as a clock on the wall shows it. */
  readonly start: string;
  /** How long, as time passes: an hour that the clocks skip or repeat changes nothing. */
  readonly minutes: number;
  /** A name of the IANA time zone database; `null`: the appliance's own. */
  readonly timeZone: string | null;
}

/** A maintenance window that comes once. */
export interface OnceWindow {
  /** RFC 3339. */
  readonly at: string;
  readonly minutes: number;
}

export type MaintenanceWindow = RecurringWindow | OnceWindow;

export const WINDOW_START = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Whether this appliance knows a time zone by this name. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    // Intl takes offsets such as +01:00 as well, which no clock's rules change.
    return /^[A-Za-z]/.test(name);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}
