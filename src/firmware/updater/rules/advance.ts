import { oneLine } from '../../../contract/one-line.ts';
import { SENTENCE_MAX_CHARACTERS } from '../../../contract/updates/field-forms.ts';
import type { Refusal } from '../../../contract/updates/refusal.ts';
import {
  type Approval,
  FAILED_VERSIONS_KEPT,
  type Phase,
  type SlotName,
  type UpdateState,
} from '../../../contract/updates/state.ts';
import type { MaintenanceWindow } from '../../../contract/updates/window.ts';
import type { Facts } from './facts.ts';

interface Named {
  readonly version: string;
  readonly manifestHash: string;
}

/** What happened, or is about to be done: it is kept first. */
export type UpdateEvent =
  /** The channel was asked, and answered or not. */
  | { readonly kind: 'checked' }
  | { readonly kind: 'taken-up'; readonly offer: Named }
  | { readonly kind: 'let-go'; readonly reason: string }
  | { readonly kind: 'announced' }
  | { readonly kind: 'approved'; readonly approval: Approval }
  | { readonly kind: 'window-changed'; readonly window: MaintenanceWindow | null; readonly who: string }
  | { readonly kind: 'cancelled'; readonly who: string }
  | { readonly kind: 'waits-for-window'; readonly reason: string }
  /** Work begins, or begins again. */
  | { readonly kind: 'begins'; readonly phase: 'downloading' | 'installing' | 'rebooting' }
  /** An attempt came to nothing; the phase stays. */
  | { readonly kind: 'setback'; readonly reason: string }
  | { readonly kind: 'verified' }
  | { readonly kind: 'installed' }
  /** What does not pass. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  /** The bundle is not what it should be. */
  | { readonly kind: 'given-up'; readonly reason: string }
  | { readonly kind: 'trial-begins'; readonly attempt: number }
  | { readonly kind: 'committed' }
  /** A restart into the version before is ordered. */
  | { readonly kind: 'goes-back'; readonly reason: string }
  /** The operator wants the other slot. */
  | { readonly kind: 'rollback-asked'; readonly who: string; readonly other: string }
  | { readonly kind: 'rolled-back'; readonly reason: string };

type Kind = UpdateEvent['kind'];

const looking: readonly Phase[] = ['idle', 'available', 'announced', 'committed', 'rolled-back', 'failed'];
const beforeSlot: readonly Phase[] = ['approved', 'scheduled', 'downloading', 'verified'];
const inSlot: readonly Phase[] = ['installing', 'installed', 'rebooting', 'trial', 'committed'];

/** In which phases something can happen. */
const happensIn: Readonly<Record<Kind, readonly Phase[]>> = {
  checked: [...looking, ...beforeSlot, 'installing', 'installed'],
  'taken-up': looking,
  'let-go': ['available', 'announced'],
  announced: ['available'],
  approved: [...looking, ...beforeSlot],
  'window-changed': [...beforeSlot, 'installed'],
  cancelled: beforeSlot,
  'waits-for-window': [...beforeSlot, 'installed', 'installing'],
  begins: [...beforeSlot, 'installing', 'installed', 'rebooting'],
  setback: ['downloading', 'installing'],
  verified: ['downloading'],
  installed: ['installing'],
  refused: [...beforeSlot, 'installing'],
  'given-up': ['downloading', 'verified', 'installing'],
  'trial-begins': ['installing', 'installed', 'rebooting', 'trial'],
  committed: ['trial'],
  'goes-back': ['rebooting', 'trial'],
  'rollback-asked': [...looking, ...beforeSlot],
  'rolled-back': inSlot,
};

/** What the next state is made with. */
export type Surroundings = Pick<Facts, 'bootId' | 'running'>;

/**
 * The state after an event. It is to be kept before anybody acts on it.
 * @throws {Error} when that can not happen in this phase: a mistake in the program
 */
export function advance(state: UpdateState, event: UpdateEvent, now: Date, around: Surroundings): UpdateState {
  if (!happensIn[event.kind].includes(state.phase))
    throw new Error(`${event.kind} can not happen while ${state.phase}`);
  const to = (phase: Phase, reason: string, more: Partial<UpdateState> = {}): UpdateState => ({
    ...state,
    phase,
    reason: oneLine(reason, SENTENCE_MAX_CHARACTERS),
    time: now.toISOString(),
    attempt: phase === state.phase ? state.attempt : 1,
    bootId: around.bootId,
    ...more,
  });
  const none = { version: null, manifestHash: null, slot: null, previous: null, approval: null, goingBack: false };
  const running = { version: around.running.version, slot: around.running.slot };
  switch (event.kind) {
    case 'checked':
      return { ...state, lastCheck: now.toISOString() };
    case 'taken-up':
      return to('available', 'it was found', { ...none, ...named(event.offer), previous: running });
    case 'let-go':
      return to('idle', event.reason, none);
    case 'announced':
      return to('announced', 'the operator was told');
    case 'approved':
      return to('approved', `approved by ${event.approval.who}`, {
        ...{ ...none, ...named(event.approval), previous: running, approval: event.approval, attempt: 1 },
      });
    case 'window-changed':
      return to(state.phase, `the window was set by ${event.who}`, {
        approval: state.approval && { ...state.approval, window: event.window },
        bootId: state.bootId,
      });
    case 'cancelled':
      return to('idle', `cancelled by ${event.who}`, {
        ...none,
        failed: withFailed(state, now, `cancelled by ${event.who}`),
      });
    case 'waits-for-window':
      // A slot that is written stays written; one that is half written is begun anew.
      if (state.phase === 'installed') return to('installed', event.reason, { bootId: state.bootId });
      return to('scheduled', event.reason, { slot: null });
    case 'begins':
      return to(event.phase, `begun by ${state.approval?.who ?? 'the updater'}`, {
        ...(event.phase === 'installing' ? { previous: running, slot: otherSlot(running.slot) } : {}),
        attempt: event.phase === state.phase ? state.attempt + 1 : 1,
      });
    case 'setback':
      return to(state.phase, event.reason);
    case 'verified':
      return to('verified', 'digests and signature hold');
    case 'installed':
      return to('installed', 'the other slot is written');
    case 'refused':
      return refused(event.refusal, state, now, to);
    case 'given-up':
      return to('failed', event.reason, { approval: null, slot: null, failed: withFailed(state, now, event.reason) });
    case 'trial-begins':
      return to('trial', 'the new version came up', { attempt: event.attempt });
    case 'committed':
      return to('committed', 'it stayed healthy', { approval: null });
    case 'goes-back':
      return to('rebooting', event.reason, {
        goingBack: true,
        // The start during which it began tells whether there was one since.
        attempt: state.goingBack ? state.attempt + 1 : 1,
      });
    case 'rollback-asked':
      return to('rebooting', `asked for by ${event.who}`, {
        ...none,
        version: running.version,
        manifestHash: running.version === state.version ? state.manifestHash : null,
        slot: running.slot,
        previous: { version: event.other, slot: otherSlot(running.slot) },
        goingBack: true,
        attempt: 1,
      });
    case 'rolled-back':
      return to('rolled-back', event.reason, {
        ...{ approval: null, goingBack: false, failed: withFailed(state, now, event.reason) },
      });
  }
}

/** An approval that ran out leaves a version that can be approved again; anything else leaves none. */
function refused(
  { rule, message }: Refusal,
  state: UpdateState,
  now: Date,
  to: (phase: Phase, reason: string, more: Partial<UpdateState>) => UpdateState,
): UpdateState {
  const isApproval = rule === 'approval-expired' || rule === 'approval-missing' || rule === 'approval-other-version';
  if (isApproval) return to('announced', message, { approval: null, slot: null });
  // Otherwise it would be taken up, approved by a policy, and used up again for ever.
  const failed = rule === 'attempts-used-up' ? withFailed(state, now, message) : state.failed;
  return to('failed', message, { approval: null, slot: null, failed });
}

function named({ version, manifestHash }: Named): Named {
  return { version, manifestHash };
}

function otherSlot(slot: SlotName): SlotName {
  return slot === 'A' ? 'B' : 'A';
}

function withFailed({ version, failed }: UpdateState, now: Date, reason: string): UpdateState['failed'] {
  if (version === null) return failed;
  const others = failed.filter((one) => one.version !== version);
  return [...others, { version, at: now.toISOString(), reason: oneLine(reason, SENTENCE_MAX_CHARACTERS) }].slice(
    -FAILED_VERSIONS_KEPT,
  );
}
