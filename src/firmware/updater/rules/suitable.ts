import { type Refusal, refusal } from '../../../contract/updates/refusal.ts';
import { compareVersions } from '../../../contract/version.ts';
import type { OfferedBundle, Situation } from './facts.ts';
import { isReached } from './rollout.ts';

/** @returns every rule by which this appliance may not take what is offered; none when it may */
export function offerRefusals(offer: OfferedBundle, { configuration, facts, state }: Situation): Refusal[] {
  const { image, running, applianceId } = facts;
  const { track } = configuration.updates;
  const refusals: Refusal[] = [];
  if (offer.image !== image) refusals.push(refusal('wrong-image', `${offer.image} is offered, ${image} runs`));
  if (compareVersions(offer.version, running.version) <= 0)
    refusals.push(refusal('older', `${offer.version} is offered, ${running.version} runs`));
  if (offer.withdrawn !== null)
    refusals.push(refusal('withdrawn', `${offer.version}, on ${offer.withdrawn.at}: ${offer.withdrawn.reason}`));
  if (!offer.tracks.includes(track))
    refusals.push(refusal('not-on-track', `${offer.version} is on ${offer.tracks.join(', ')}; followed is ${track}`));
  const { minimumVersion } = offer;
  if (minimumVersion !== null && compareVersions(running.version, minimumVersion) < 0)
    refusals.push(
      refusal('minimum-version', `${offer.version} follows on ${minimumVersion} or later; ${running.version} runs`),
    );
  if (!isReached(applianceId, offer.version, offer.rolloutPercent))
    refusals.push(refusal('rollout', `${offer.version} is for ${offer.rolloutPercent} % of all appliances by now`));
  const before = state.failed.findLast(({ version }) => version === offer.version);
  if (before !== undefined && !approvedSince(before.at, offer, state.approval))
    refusals.push(refusal('trial-failed', `${offer.version}, on ${before.at}: ${before.reason}`));
  return refusals;
}

/** @returns the newest version on offer that this appliance may take */
export function newestSuitable(situation: Situation): OfferedBundle | undefined {
  return (situation.metadata?.offers ?? [])
    .filter((offer) => offerRefusals(offer, situation).length === 0)
    .sort((a, b) => compareVersions(a.version, b.version))
    .at(-1);
}

/** Whether a person approved it after it had been put aside: they knew. */
function approvedSince(time: string, offer: OfferedBundle, approval: Situation['state']['approval']): boolean {
  if (approval === null || approval.byPolicy || approval.version !== offer.version) return false;
  return Date.parse(approval.at) > Date.parse(time);
}
