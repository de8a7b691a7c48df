import type { History } from './history.ts';
import { unitOf } from './metrics.ts';

const MINUTE_SECONDS = 60;
const DAY_SECONDS = 24 * 3600;
const WANTED_POINTS = 1440;
export const MAX_POINTS = 1500;
/** 9999-12-31. */
const LAST_SECOND = 253_402_300_799;
const RFC_3339 = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

export interface HistoryQuery {
  readonly metric: string;
  /** Seconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

/** A question that cannot be answered; the message says why. */
export class QueryError extends Error {}

/**
 * Reads `metric=…&from=…&to=…&step=…`. Times are RFC 3339 or seconds since 1970; without them it is the last 24 hours.
 * Without a step it is the shortest that gives at most 1440 points.
 * @throws {QueryError}
 */
export function parseQuery(text: string, now: Date): HistoryQuery {
  const given = new URLSearchParams(text);
  for (const name of given.keys()) {
    if (!['metric', 'from', 'to', 'step'].includes(name)) throw new QueryError(`there is no parameter ${quoted(name)}`);
    if (given.getAll(name).length > 1) throw new QueryError(`${name} is there twice`);
  }
  const metric = given.get('metric');
  if (metric === null) throw new QueryError('metric is missing');
  const to = timeOf(given.get('to'), 'to') ?? Math.floor(now.getTime() / 1000);
  const from = timeOf(given.get('from'), 'from') ?? to - DAY_SECONDS;
  if (from >= to) throw new QueryError('from has to be before to');
  const shortest = Math.max(1, Math.ceil((to - from) / WANTED_POINTS / MINUTE_SECONDS)) * MINUTE_SECONDS;
  const step = given.get('step');
  const stepSeconds = step === null ? shortest : /^\d{1,12}$/.test(step) ? Number(step) : 0;
  if (stepSeconds === 0 || stepSeconds % MINUTE_SECONDS !== 0)
    throw new QueryError('step has to be a number of seconds that is whole minutes');
  const points = Math.ceil((to - from) / stepSeconds);
  if (points > MAX_POINTS) throw new QueryError(`that would be ${points} points, at most ${MAX_POINTS} are given`);
  return { metric, from, to, stepSeconds };
}

/** @returns JSON: for each step in which there was something the mean, the least and the most */
export async function answerQuery(history: History, query: HistoryQuery): Promise<string> {
  const { metric, from, to, stepSeconds } = query;
  const points: [time: number, mean: number, least: number, most: number][] = [];
  let count = 0;
  await history.read(metric, from * 1000, to * 1000, (timeMs, value) => {
    const time = Math.floor(timeMs / 1000 / stepSeconds) * stepSeconds;
    const last = points.at(-1);
    if (last?.[0] !== time) {
      points.push([time, value, value, value]);
      count = 1;
      return;
    }
    count += 1;
    last[1] += (value - last[1]) / count;
    last[2] = Math.min(last[2], value);
    last[3] = Math.max(last[3], value);
  });
  const answer = {
    schemaVersion: 1,
    metric,
    unit: unitOf(metric),
    from: rfc3339(from),
    to: rfc3339(to),
    stepSeconds,
    columns: ['time', 'mean', 'least', 'most'],
    points: points.map(([time, ...values]) => [time, ...values.map(short)]),
  };
  return `${JSON.stringify(answer)}\n`;
}

function timeOf(text: string | null, name: string): number | undefined {
  if (text === null) return undefined;
  const seconds = /^\d{1,12}$/.test(text)
    ? Number(text)
    : RFC_3339.test(text)
      ? Math.floor(Date.parse(text) / 1000)
      : Number.NaN;
  if (!(seconds >= 0 && seconds <= LAST_SECOND))
    throw new QueryError(`${name}: ${quoted(text)} is no time like 2026-01-31T12:00:00Z and no number of seconds`);
  return seconds;
}

/** What is kept has seven digits; more would be made up. */
function short(value: number): number {
  return Number(value.toPrecision(7));
}

function rfc3339(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}

function quoted(text: string): string {
  return JSON.stringify(text.slice(0, 60));
}
