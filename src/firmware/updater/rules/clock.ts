import { type Refusal, refusal } from '../../../contract/updates/refusal.ts';
import type { Situation } from './facts.ts';

/** Every date that protects from old metadata and old approvals is compared with this clock. @returns why not, if not */
export function clockRefusal({ now, facts }: Pick<Situation, 'now' | 'facts'>): Refusal | undefined {
  const { built } = facts.running;
  if (now < built) {
    const made = built.toISOString();
    return refusal('clock-untrusted', `it shows ${now.toISOString()}, and the running image was made on ${made}`);
  }
  return facts.clockSynchronised ? undefined : refusal('clock-untrusted', 'it is synchronised with no time server');
}
