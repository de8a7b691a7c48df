import { type Refusal, refusal } from '../../../contract/updates/refusal.ts';
import type { UpdateEvent } from './advance.ts';
import { busyRefusal } from './consent.ts';
import type { Situation } from './facts.ts';

/**
 * Somebody wants the version before. No window is asked for: they are there, and know why.
 * @returns what is to be kept, after which the rules decide to go back; or the rule that stands against it
 */
export function askRollback(
  who: string,
  { state, facts }: Situation,
): { readonly event: UpdateEvent } | { readonly refusal: Refusal } {
  const { other, running } = facts;
  if (other === null) return { refusal: refusal('no-way-back', `slot ${running.slot === 'A' ? 'B' : 'A'}`) };
  if (state.phase === 'trial') return { event: { kind: 'goes-back', reason: `asked for by ${who}` } };
  const busy = busyRefusal(state);
  return busy === undefined ? { event: { kind: 'rollback-asked', who, other } } : { refusal: busy };
}
