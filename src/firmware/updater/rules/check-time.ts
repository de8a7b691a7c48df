import type { Situation } from './facts.ts';
import { ownFraction } from './rollout.ts';

const HOUR_MS = 3_600_000;
/** Where no metadata is at hand and some is needed, it is asked for this often at most. */
const RETRY_MS = HOUR_MS;

/**
 * When the channel is to be asked next. Each appliance has its own moments, one in each period, so a fleet spreads over the
 * whole of it and stays spread.
 * @returns undefined when it may not be asked at all
 */
export function nextCheck({ state, metadata, configuration, now, facts }: Situation): Date | undefined {
  const { checking, channel, checkEveryHours } = configuration.updates;
  if (!checking || channel === null) return undefined;
  const last = state.lastCheck === null ? undefined : Date.parse(state.lastCheck);
  // One that lies ahead was written by a clock that was wrong.
  if (last === undefined || last > now.getTime()) return now;
  const period = checkEveryHours * HOUR_MS;
  const offset = ownFraction(facts.applianceId, 'check') * period;
  let next = Math.ceil((last - offset) / period) * period + offset;
  if (next - last < period / 2) next += period;
  return new Date(metadata === null ? Math.min(next, last + RETRY_MS) : next);
}
