import { uptime } from 'node:os';
import type { Check } from '../checks/check.ts';
import { readResults } from './results.ts';
import { type OutsideCheckId, targetOf } from './targets.ts';

/** The timer of kiln-outside.service asks every five minutes; two may fail to come. */
const TOO_OLD_SECONDS = 15 * 60;

/**
 * A check of the outside, as kiln-outside.service last found it. The agent has no way out of its own: it answers
 * strangers.
 * @param readUptime seconds since the machine was started
 */
export function outsideCheck(id: OutsideCheckId, readUptime: () => number = uptime): Check {
  const started = readUptime();
  return {
    id,
    core: false,
    intervalSeconds: 15,
    limitSeconds: 5,
    isWanted: (configuration) => targetOf(id, configuration) !== null,
    async judge({ places, configuration }) {
      const target = targetOf(id, configuration);
      const found = (await readResults(places.outsideResults)).find((one) => one.id === id && one.target === target);
      const age = readUptime() - (found?.atUptimeSeconds ?? started);
      const advice = 'See journalctl -u kiln-outside.';
      if (age > TOO_OLD_SECONDS)
        return { healthy: false, detail: `nobody has asked for ${Math.floor(age / 60)} minutes`, advice };
      return found ?? { healthy: null, detail: 'not asked yet' };
    },
  };
}
