import { refusal } from '../../../contract/updates/refusal.ts';
import type { Decision } from './decision.ts';
import { MAX_ATTEMPTS, type Situation } from './facts.ts';

/**
 * What a start, or the lack of one, tells: which slot runs, against which one was to run.
 * @returns undefined when it tells nothing, and the phase goes on
 */
export function afterStart(situation: Situation): Decision | undefined {
  const { state, facts } = situation;
  const { phase, slot, previous, version } = state;
  if (slot === null || previous === null) return undefined;
  const restarted = facts.bootId !== state.bootId;
  const runsNew = facts.running.slot === slot && facts.running.version === version;
  const runsOld = facts.running.slot === previous.slot && facts.running.version === previous.version;
  const back = (reason: string): Decision => ({ do: 'note-rolled-back', reason });
  if (phase === 'rebooting' && state.goingBack) {
    if (runsOld) return back(state.reason);
    return restarted ? againBack(situation) : { do: 'roll-back', reason: state.reason, restart: true };
  }
  switch (phase) {
    case 'trial':
      if (runsNew) return restarted ? anotherTrial(situation) : undefined;
      return back(`${version} was restarted during its trial, and ${facts.running.version} came up`);
    case 'committed':
      return runsNew ? undefined : back(`${version} had been kept, and yet ${facts.running.version} came up`);
    case 'installing':
    case 'installed':
    case 'rebooting':
      if (!restarted) return undefined;
      // The slot may have been made the next one just before the power went.
      if (runsNew) return { do: 'begin-trial', attempt: Math.max(1, facts.tries[slot]) };
      if (!runsOld)
        return back(`slot ${facts.running.slot} with ${facts.running.version} came up, against expectation`);
      if (phase === 'rebooting' || (phase === 'installed' && facts.tries[slot] > 0)) return back(notUp(situation));
      return undefined;
    default:
      return undefined;
  }
}

function notUp({ state, facts }: Situation): string {
  const tries = state.slot === null ? 0 : facts.tries[state.slot];
  if (tries === 0) return `the boot loader did not start ${state.version}`;
  return `${state.version} did not come up in ${tries} ${tries === 1 ? 'start' : 'starts'}`;
}

/** It comes up and is restarted, again and again: each time its deadline begins anew, so starts are counted. */
function anotherTrial({ state }: Situation): Decision {
  if (state.attempt < MAX_ATTEMPTS) return { do: 'begin-trial', attempt: state.attempt + 1 };
  const reason = `${state.version} was restarted ${state.attempt} times during its trial`;
  return { do: 'roll-back', reason, restart: true };
}

function againBack({ state, now }: Situation): Decision {
  if (state.attempt < MAX_ATTEMPTS) return { do: 'roll-back', reason: state.reason, restart: true };
  const detail = `${state.attempt} restarts did not lead back to ${state.previous?.version}`;
  return { do: 'refuse', refusals: [refusal('no-way-back', detail)], until: new Date(now.getTime() + 3_600_000) };
}
