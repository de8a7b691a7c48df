import type { Decision } from './decision.ts';
import { type Situation, TRIAL_LIMIT_SECONDS } from './facts.ts';

/** A version on trial is kept once it was healthy without a break for long enough, and goes back at its deadline. */
export function decideTrial({ state, facts, now, configuration }: Situation): Decision {
  const needed = configuration.updates.trialMinutes * 60;
  const { healthySeconds, uptimeSeconds, ailment } = facts;
  if (ailment === null && healthySeconds >= needed) return { do: 'commit' };
  if (uptimeSeconds >= TRIAL_LIMIT_SECONDS) {
    const found = ailment ?? `healthy for ${Math.floor(healthySeconds)} s only`;
    const reason = `${state.version} was not healthy for ${needed} s within ${TRIAL_LIMIT_SECONDS} s: ${found}`;
    return { do: 'roll-back', reason: reason.slice(0, 1000), restart: true };
  }
  const left = TRIAL_LIMIT_SECONDS - uptimeSeconds;
  const seconds = ailment === null ? Math.min(left, needed - healthySeconds) : left;
  return { do: 'nothing', until: new Date(now.getTime() + Math.ceil(seconds) * 1000) };
}
