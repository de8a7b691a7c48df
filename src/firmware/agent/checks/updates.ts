import { join } from 'node:path';
import { parseUpdateState } from '../../../contract/updates/parse-state.ts';
import type { UpdateState } from '../../../contract/updates/state.ts';
import { readIfThere } from '../../platform/read-if-there.ts';
import type { Check, Verdict } from './check.ts';

const HOUR_MS = 3_600_000;
/** So many checks may fail to come: a channel or a network is down for a while. */
const MISSED_CHECKS = 3;

/**
 * Where updates stand, as the update client noted it: what can be installed, what is under way, and what came to nothing.
 * An update that waits for an approval is no fault. There as soon as the operator allows to ask the channel.
 */
export const updates: Check = {
  id: 'updates',
  core: false,
  intervalSeconds: 15,
  limitSeconds: 5,
  isWanted: (configuration) => configuration.updates.checking,
  async judge({ places, configuration, now }) {
    const text = await readIfThere(join(places.updates, 'state.json'));
    if (text === '') return { healthy: null, detail: 'nothing has been looked for yet' };
    const state = parseUpdateState(text);
    const silentMs = state.lastCheck === null ? 0 : now.getTime() - Date.parse(state.lastCheck);
    if (silentMs > MISSED_CHECKS * configuration.updates.checkEveryHours * HOUR_MS) {
      const detail = `the channel was asked last on ${state.lastCheck}`;
      return { healthy: false, detail, advice: 'See why: sudo appliancectl update check.' };
    }
    return verdictOn(state);
  },
};

function verdictOn({ phase, version, reason }: UpdateState): Verdict {
  switch (phase) {
    case 'idle':
      return { healthy: true, detail: 'nothing is on offer that could be installed' };
    case 'available':
    case 'announced':
      return { healthy: true, detail: `${version} can be installed: sudo appliancectl update show ${version}` };
    case 'rolled-back':
    case 'failed': {
      const advice = 'See what happened: sudo appliancectl update history. To try it again, approve it again.';
      return { healthy: false, detail: `${version} is ${phase}: ${reason}`, advice };
    }
    case 'committed':
      return { healthy: true, detail: `${version} was kept` };
    default:
      return { healthy: true, detail: `${version} is ${phase}: ${reason}` };
  }
}
