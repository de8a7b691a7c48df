import type { Decision } from './decision.ts';
import { type Situation, TRIAL_HEALTHY_SECONDS, TRIAL_LIMIT_SECONDS } from './facts.ts';

/** A version on trial is kept once it was healthy without a break for long enough, and goes back at its deadline. */
export function decideTrial({ state, facts, now }: Situation): Decision {
  const { healthySeconds, uptimeSeconds, ailment } = facts;
  if (ailment === null && healthySeconds >= TRIAL_HEALTHY_SECONDS) return { do: 'commit' };
  if (uptimeSeconds >= TRIAL_LIMIT_SECONDS) {
    const found = ailment ?? `healthy for ${Math.floor(healthySeconds)} s only`;
    const reason = `${state.version} was not healthy for ${TRIAL_HEALTHY_SECONDS} s within ${TRIAL_LIMIT_SECONDS} s: ${found}`;
    return { do: 'roll-back', reason: reason.slice(0, 1000), restart: true };
  }
  const left = TRIAL_LIMIT_SECONDS - uptimeSeconds;
  const seconds = ailment === null ? Math.min(left, TRIAL_HEALTHY_SECONDS - healthySeconds) : left;
  return { do: 'nothing', until: new Date(now.getTime() + Math.ceil(seconds) * 1000) };
}
