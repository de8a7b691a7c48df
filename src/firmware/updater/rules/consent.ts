import { type Refusal, refusal } from '../../../contract/updates/refusal.ts';
import type { Approval, Phase, UpdateState } from '../../../contract/updates/state.ts';
import type { MaintenanceWindow } from '../../../contract/updates/window.ts';
import { clockRefusal } from './clock.ts';
import type { OfferedBundle, Situation } from './facts.ts';
import { offerRefusals } from './suitable.ts';

const DAY_MS = 86_400_000;
/** From here on a slot is being changed or started: no approval alters that. */
const UNDER_WAY: readonly Phase[] = ['installing', 'installed', 'rebooting', 'trial'];

export function busyRefusal({ phase, version }: UpdateState): Refusal | undefined {
  return UNDER_WAY.includes(phase) ? refusal('busy', `${version ?? 'the version before'} is ${phase}`) : undefined;
}

/** What somebody asks for who approves a version. */
export interface ApprovalRequest {
  readonly version: string;
  readonly who: string;
  readonly window: MaintenanceWindow | null;
  readonly byPolicy: boolean;
}

/** @returns the approval and what it is for; or every rule that stands against it */
export function approve(
  request: ApprovalRequest,
  situation: Situation,
): { readonly offer: OfferedBundle; readonly approval: Approval } | { readonly refusals: readonly Refusal[] } {
  const { state, metadata, configuration, now } = situation;
  // Without a clock nobody knows when it expires.
  const first = busyRefusal(state) ?? clockRefusal(situation);
  if (first !== undefined) return { refusals: [first] };
  const offer = metadata?.offers.find(({ version }) => version === request.version);
  if (offer === undefined) return { refusals: [refusal('not-offered', request.version)] };
  const approval: Approval = {
    ...request,
    manifestHash: offer.manifestHash,
    at: now.toISOString(),
    expires: new Date(now.getTime() + configuration.updates.approvalDays * DAY_MS).toISOString(),
  };
  const refusals = offerRefusals(offer, { ...situation, state: { ...state, approval } });
  return refusals.length > 0 ? { refusals } : { offer, approval };
}

/** @returns why the approval that there is does not hold for this version; undefined when it does */
export function approvalRefusal({
  state,
  configuration,
  now,
}: Omit<Situation, 'facts' | 'metadata'>): Refusal | undefined {
  const { approval, version, manifestHash } = state;
  if (approval === null) return refusal('approval-missing', version ?? 'no version');
  if (approval.version !== version || approval.manifestHash !== manifestHash)
    return refusal('approval-other-version', `${approval.version} was approved, not ${version}`);
  if (approval.byPolicy && configuration.updates.preApprove === 'none')
    return refusal('approval-missing', `${version}: the policy that approved it is no longer in force`);
  if (now.getTime() >= Date.parse(approval.expires))
    return refusal('approval-expired', `${version}, approved by ${approval.who}, on ${approval.expires}`);
  // A clock that was wrong by years would make an approval last as long.
  if (Date.parse(approval.at) > now.getTime())
    return refusal('approval-expired', `${version}, approved by ${approval.who}, at a time that has not come yet`);
  return undefined;
}
