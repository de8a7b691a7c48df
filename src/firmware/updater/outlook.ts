import type { Refusal } from '../../contract/updates/refusal.ts';
import type { Decision } from './rules/decision.ts';
import type { Situation } from './rules/facts.ts';

/** What comes next, for people. */
export interface Outlook {
  /** A sentence. */
  readonly next: string;
  /** Until when it waits; RFC 3339, `null` where nothing is set. */
  readonly until: string | null;
  /** What stands in the way now. */
  readonly refusals: readonly Refusal[];
  /** Whether nothing comes of itself. */
  readonly idle: boolean;
}

/** Says what a decision means for whoever waits. */
export function outlookOf(decision: Decision, situation: Situation): Outlook {
  const until = 'until' in decision && decision.until !== null ? decision.until.toISOString() : null;
  const refusals =
    'refusals' in decision ? decision.refusals : decision.do === 'wait-for-window' ? [decision.refusal] : [];
  const isResting = decision.do === 'nothing' || decision.do === 'wait-for-approval';
  return { next: sentence(decision, situation), until, refusals, idle: isResting && until === null };
}

function sentence(decision: Decision, { state, configuration }: Situation): string {
  switch (decision.do) {
    case 'nothing':
      if (state.phase === 'trial') return `${state.version} is on trial: it is kept when it stays healthy`;
      if (decision.until !== null) return 'the channel is asked again then';
      return configuration.updates.checking
        ? 'nothing: no channel is set (updates.channel)'
        : 'nothing: checking is off (updates.checking)';
    case 'wait-for-approval':
      return `${decision.version} can be installed when somebody approves it`;
    case 'wait-for-window':
      return decision.refusal.message;
    case 'refuse':
      return decision.refusals
        .map(({ message }) => message)
        .join('; ')
        .slice(0, 1000);
    case 'check':
      return 'the channel is asked';
    case 'take-up':
    case 'announce':
    case 'let-go':
    case 'approve-by-policy':
      return 'what the channel offers is looked at';
    case 'download':
      return `${decision.offer.version}: its signature is fetched`;
    case 'verify':
      return `${decision.offer.version}: its signature is checked`;
    case 'install':
      return `${decision.offer.version}: the other slot is being written`;
    case 'reboot':
      return `it restarts into ${state.version}`;
    case 'begin-trial':
    case 'commit':
      return `${state.version} is on trial`;
    case 'roll-back':
    case 'note-rolled-back':
      return `it goes back to ${state.previous?.version ?? 'the version before'}`;
  }
}
