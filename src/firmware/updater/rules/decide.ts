import { type Refusal, refusal } from '../../../contract/updates/refusal.ts';
import { afterStart } from './after-start.ts';
import { nextCheck } from './check-time.ts';
import { clockRefusal } from './clock.ts';
import { approvalRefusal } from './consent.ts';
import type { Decision } from './decision.ts';
import { MAX_ATTEMPTS, type OfferedBundle, type Situation, SPARE_BYTES } from './facts.ts';
import { newestSuitable, offerRefusals } from './suitable.ts';
import { testedFirstRefusal } from './tested-first.ts';
import { decideTrial } from './trial.ts';
import { askWindow, restartFits } from './window-rule.ts';

/** What passes by itself is looked at again after this time; what changes is told at once anyway. */
const AGAIN_MS = 300_000;

/** What is to be done next. Pure: no clock, no disk, no network. */
export function decide(situation: Situation): Decision {
  const started = afterStart(situation);
  if (started !== undefined) return started;
  switch (situation.state.phase) {
    case 'trial':
      return decideTrial(situation);
    case 'rebooting':
      return { do: 'reboot' };
    case 'installed':
      return decideRestart(situation);
    case 'approved':
    case 'scheduled':
    case 'downloading':
    case 'verified':
    case 'installing':
      return decideWork(situation);
    default:
      return decideLooking(situation);
  }
}

/** Nothing is approved: look, take up, tell, wait. */
function decideLooking(situation: Situation): Decision {
  const { state, metadata, configuration, now } = situation;
  const next = nextCheck(situation);
  if (next !== undefined && next <= now) {
    const clock = clockRefusal(situation);
    return clock === undefined ? { do: 'check' } : refuse([clock], now);
  }
  const until = next ?? null;
  if (metadata === null) return { do: 'nothing', until };
  const offer = newestSuitable(situation);
  const isTakenUp = state.phase === 'available' || state.phase === 'announced';
  if (offer === undefined) return isTakenUp ? { do: 'let-go', refusal: whyNot(situation) } : { do: 'nothing', until };
  if (!isTakenUp || !isAbout(offer, state)) return { do: 'take-up', offer };
  if (state.phase === 'available') return { do: 'announce', offer };
  const isPreApproved = configuration.updates.preApprove === 'security' && offer.severity === 'security';
  if (isPreApproved && clockRefusal(situation) === undefined) return { do: 'approve-by-policy', offer };
  return { do: 'wait-for-approval', version: offer.version, until };
}

/** It was approved, and its slot is not written yet. */
function decideWork(situation: Situation): Decision {
  const { state, metadata, facts, now, configuration } = situation;
  // Dates of expiry mean nothing without a clock: the approval neither counts nor ends.
  const clock = clockRefusal(situation);
  if (clock !== undefined) return refuse([clock], now);
  const approval = approvalRefusal(situation);
  if (approval !== undefined) return refuse([approval], now);
  if (metadata === null) return decideUnread(situation);
  const offer = metadata.offers.find((one) => isAbout(one, state));
  if (offer === undefined) return refuse([refusal('not-offered', state.version ?? '')], now);
  const against = offerRefusals(offer, situation);
  if (against.length > 0) return refuse(against, now);
  if (state.phase === 'installing' && state.attempt >= MAX_ATTEMPTS)
    return refuse([refusal('attempts-used-up', `${offer.version}, ${state.attempt} times; ${state.reason}`)], now);
  const window = askWindow(situation);
  if (!('opening' in window)) return { do: 'wait-for-window', until: window.until, refusal: window.refusal };
  const hindrances = [testedFirstRefusal(offer, situation), ailing(situation)].filter((one) => one !== undefined);
  if (hindrances.length > 0) return refuse(hindrances, now);
  const isHere = facts.fetched === offer.manifestHash;
  if (isHere && (state.phase === 'verified' || state.phase === 'installing')) return { do: 'install', offer };
  if (isHere) return { do: 'verify', offer };
  if (metadata.source === 'channel' && !configuration.updates.checking)
    return refuse([refusal('not-consented', 'updates.checking is off, so nothing is fetched from the channel')], now);
  if (facts.freeBytes < SPARE_BYTES)
    return refuse([refusal('not-enough-space', `${facts.freeBytes} bytes of ${SPARE_BYTES} are free`)], now);
  return { do: 'download', offer, until: window.opening.end };
}

/** The other slot is written: it is started within a window, unless something came up against it. */
function decideRestart(situation: Situation): Decision {
  const { state, metadata, now } = situation;
  const clock = clockRefusal(situation);
  if (clock !== undefined) return refuse([clock], now);
  const offer = metadata?.offers.find((one) => isAbout(one, state));
  const against =
    approvalRefusal(situation) ??
    (metadata === null ? undefined : offer === undefined ? refusal('not-offered', state.version ?? '') : undefined) ??
    (offer === undefined ? undefined : offerRefusals(offer, situation).find(({ passes }) => !passes));
  if (against !== undefined) return { do: 'roll-back', reason: against.message.slice(0, 1000), restart: false };
  const window = askWindow(situation);
  if (!('opening' in window)) return { do: 'wait-for-window', until: window.until, refusal: window.refusal };
  if (restartFits(window.opening, now, offer?.downtimeMinutes ?? 0)) return { do: 'reboot' };
  const detail = `its rest is shorter than the ${offer?.downtimeMinutes} minutes that the restart takes`;
  return { do: 'wait-for-window', until: window.opening.end, refusal: refusal('outside-window', detail) };
}

/** What the channel says is not at hand: whether the version was withdrawn is not known. */
function decideUnread(situation: Situation): Decision {
  const { now } = situation;
  const next = nextCheck(situation);
  if (next === undefined)
    return refuse([refusal('not-consented', 'the channel may not be asked whether the version still stands')], now);
  return next <= now ? { do: 'check' } : { do: 'nothing', until: next };
}

function whyNot(situation: Situation): Refusal {
  const { state, metadata } = situation;
  const offer = metadata?.offers.find((one) => isAbout(one, state));
  const [first] = offer === undefined ? [] : offerRefusals(offer, situation);
  return first ?? refusal('not-offered', state.version ?? '');
}

function ailing({ facts }: Situation): Refusal | undefined {
  return facts.ailment === null ? undefined : refusal('unhealthy', facts.ailment);
}

function isAbout(offer: OfferedBundle, state: Situation['state']): boolean {
  return offer.version === state.version && offer.manifestHash === state.manifestHash;
}

/** Those that do not pass count: they end the approval, and are told first. */
function refuse(refusals: readonly Refusal[], now: Date): Decision {
  const lasting = refusals.filter(({ passes }) => !passes);
  if (lasting.length > 0) return { do: 'refuse', refusals: lasting, until: null };
  return { do: 'refuse', refusals, until: new Date(now.getTime() + AGAIN_MS) };
}
