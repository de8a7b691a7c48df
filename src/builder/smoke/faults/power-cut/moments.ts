import { createHash } from 'node:crypto';

/** When the power goes in one guest's life, in seconds after each power-on. */
export interface Moments {
  readonly first: number;
  readonly second: number;
}

/** A start takes at least this long to reach its file systems; earlier there is nothing to lose. */
const EARLIEST_SECONDS = 2;
/** Past the end of the start, where a running appliance is hit. */
const AFTER_START_SECONDS = 15;

/**
 * Random moments, the same again for the same seed.
 * @param seed goes to the report, so that a failure can be had again
 * @param startSeconds how long a start takes here
 */
export function cutMoments(seed: string, startSeconds: number): Moments {
  const span = startSeconds + AFTER_START_SECONDS - EARLIEST_SECONDS;
  const moment = (name: string): number => EARLIEST_SECONDS + span * fraction(`${seed}/${name}`);
  return { first: moment('first'), second: moment('second') };
}

/** Evenly spread from 0 up to 1. */
function fraction(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE(0) / 2 ** 32;
}
