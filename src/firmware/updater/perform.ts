import { ChannelError } from './channel/channel-error.ts';
import { targetAddress } from './channel/channel-reader.ts';
import { type BundleInfo, RaucError } from './rauc.ts';
import { approve } from './rules/consent.ts';
import type { Decision } from './rules/decision.ts';
import type { OfferedBundle, Situation } from './rules/facts.ts';
import { askWindow } from './rules/window-rule.ts';
import { afterCommit, afterRollback } from './settle-slots.ts';
import type { Updater } from './updater.ts';

/** Between two tries of something that a network or a server lets down. */
const RETRY_MS = 60_000;
/** A restart takes this long at most to be under way; then it is ordered again. */
const RESTART_MS = 300_000;
const NOW = 0;

/** Does what was decided, and keeps each phase before it acts on it. @returns how long to wait before the next look, ms */
export async function perform(updater: Updater, decision: Decision, situation: Situation): Promise<number> {
  const { appliance, state } = updater;
  const { version } = state;
  const keep: Updater['keep'] = (event) => updater.exclusively(() => updater.keep(event));
  switch (decision.do) {
    case 'check':
      await updater.exclusively(() => updater.check('updater'));
      return NOW;
    case 'take-up':
      await keep({ kind: 'taken-up', offer: decision.offer });
      return NOW;
    case 'let-go':
      await keep({ kind: 'let-go', reason: decision.refusal.message });
      await updater.refuse('updater', 'let-go', version, [decision.refusal]);
      return NOW;
    case 'announce':
      await keep({ kind: 'announced' });
      await updater.log(
        'updater',
        'announce',
        version,
        'done',
        `${decision.offer.severity}: ${decision.offer.version}`,
      );
      return NOW;
    case 'approve-by-policy': {
      const request = { version: decision.offer.version, who: 'policy', window: null, byPolicy: true };
      const given = approve(request, situation);
      if ('refusals' in given) return RETRY_MS;
      await keep({ kind: 'approved', approval: given.approval });
      await updater.log('policy', 'approve', version, 'done', 'the configuration approves security fixes');
      return NOW;
    }
    case 'wait-for-window':
      await keep({ kind: 'waits-for-window', reason: decision.refusal.message });
      return NOW;
    case 'download':
      await keep({ kind: 'begins', phase: 'downloading' });
      return fetchHead(updater, decision.offer, decision.until);
    case 'verify':
      return verify(updater, decision.offer);
    case 'install':
      return install(updater, decision.offer, situation);
    case 'reboot':
      if (state.slot === null) throw new Error('no slot is known to restart into');
      await keep({ kind: 'begins', phase: 'rebooting' });
      await appliance.records.beginTrial(state.slot);
      await appliance.startNext(state.slot);
      await updater.log('updater', 'restart', version, 'done', `into slot ${state.slot}`);
      await updater.restart();
      return RESTART_MS;
    case 'begin-trial':
      await keep({ kind: 'trial-begins', attempt: decision.attempt });
      if (state.slot !== null) await appliance.records.beginTrial(state.slot);
      await updater.log('updater', 'trial', version, 'done', `start ${decision.attempt}`);
      return NOW;
    case 'commit':
      await keep({ kind: 'committed' });
      await afterCommit(appliance, updater.state);
      await updater.log('updater', 'commit', version, 'done', 'it stayed healthy');
      return NOW;
    case 'roll-back':
      return goBack(updater, decision.reason, decision.restart);
    case 'note-rolled-back': {
      const reason = await afterRollback(appliance, state, decision.reason);
      await keep({ kind: 'rolled-back', reason });
      await updater.log('updater', 'rolled-back', version, 'failed', reason);
      return NOW;
    }
    case 'refuse': {
      const [first] = decision.refusals;
      if (first === undefined) throw new Error('a refusal without a rule');
      await keep({ kind: 'refused', refusal: first });
      await updater.refuse('updater', 'update', version, decision.refusals);
      return NOW;
    }
    case 'nothing':
    case 'wait-for-approval':
      return RETRY_MS;
  }
}

/** Of a bundle in the channel, signature and manifest come first. The rest comes while it is installed, block by block. */
async function fetchHead(updater: Updater, offer: OfferedBundle, until: Date): Promise<number> {
  const { appliance } = updater;
  const configuration = await appliance.configuration();
  try {
    const info = await appliance.withWay(configuration, until, () =>
      appliance.inspect(addressOf(updater, offer, configuration.updates.channel)),
    );
    return await judge(updater, offer, info, () => updater.headOf(offer.manifestHash));
  } catch (error) {
    return setback(updater, offer, error);
  }
}

async function verify(updater: Updater, offer: OfferedBundle): Promise<number> {
  const { appliance } = updater;
  if (updater.state.phase !== 'downloading')
    await updater.exclusively(() => updater.keep({ kind: 'begins', phase: 'downloading' }));
  const carried = await appliance.carried(offer.manifestHash);
  // What came from the channel was judged when its head was read, in this very process.
  const isGood = async (): Promise<void> => {
    await updater.exclusively(() => updater.keep({ kind: 'verified' }));
    await updater.log('updater', 'verify', offer.version, 'done', 'signature and manifest hold');
  };
  if (carried === undefined) {
    await isGood();
    return NOW;
  }
  try {
    return await judge(updater, offer, await appliance.inspect(carried), isGood);
  } catch (error) {
    if (!(error instanceof RaucError)) throw error;
    return giveUp(updater, offer, error.message);
  }
}

/** Whether RAUC read what the channel's metadata tells. */
async function judge(
  updater: Updater,
  offer: OfferedBundle,
  info: BundleInfo,
  isGood: () => Promise<void> | void,
): Promise<number> {
  const { image } = updater.appliance.standing;
  const wrong = [
    ...(info.manifestHash === offer.manifestHash
      ? []
      : [`its manifest is ${info.manifestHash}, not ${offer.manifestHash}`]),
    ...(info.version === offer.version ? [] : [`it is version ${info.version}`]),
    ...(info.compatible === image ? [] : [`it is for ${info.compatible}`]),
    ...(info.format === 'verity' ? [] : [`its format is ${info.format}`]),
  ];
  if (wrong.length > 0) return giveUp(updater, offer, `the bundle is not what the channel says: ${wrong.join(', ')}`);
  await isGood();
  return NOW;
}

async function install(updater: Updater, offer: OfferedBundle, situation: Situation): Promise<number> {
  const { appliance } = updater;
  await updater.exclusively(() => updater.keep({ kind: 'begins', phase: 'installing' }));
  const { slot } = updater.state;
  if (slot !== null) await appliance.records.keep(slot, null);
  const carried = await appliance.carried(offer.manifestHash);
  const configuration = await appliance.configuration();
  const write = (location: string): Promise<void> => appliance.install(location, updater.progress);
  const window = askWindow(situation);
  if (!('opening' in window)) return NOW;
  try {
    if (carried !== undefined) await write(carried);
    else {
      const address = addressOf(updater, offer, configuration.updates.channel);
      await appliance.withWay(configuration, window.opening.end, () => write(address));
    }
  } catch (error) {
    return setback(updater, offer, error);
  }
  await updater.exclusively(() => updater.keep({ kind: 'installed' }));
  await updater.log('updater', 'install', offer.version, 'done', `slot ${slot} is written`);
  return NOW;
}

/** It is tried again: what is wrong for good, the rules find out by counting. */
async function setback(updater: Updater, offer: OfferedBundle, error: unknown): Promise<number> {
  if (!(error instanceof RaucError || error instanceof ChannelError)) throw error;
  await updater.exclusively(() => updater.keep({ kind: 'setback', reason: error.message }));
  await updater.log(
    'updater',
    updater.state.phase === 'installing' ? 'install' : 'download',
    offer.version,
    'failed',
    error.message,
  );
  return RETRY_MS;
}

async function giveUp(updater: Updater, offer: OfferedBundle, reason: string): Promise<number> {
  await updater.exclusively(() => updater.keep({ kind: 'given-up', reason }));
  await updater.log('updater', 'verify', offer.version, 'failed', reason);
  return NOW;
}

async function goBack(updater: Updater, reason: string, restarts: boolean): Promise<number> {
  const { appliance } = updater;
  const { previous, slot, version, goingBack } = updater.state;
  if (previous === null || slot === null) throw new Error('no slot is known to go back to');
  if (!restarts) {
    await appliance.startNext(previous.slot);
    await appliance.setSlot(slot, 'bad');
    await updater.exclusively(() => updater.keep({ kind: 'rolled-back', reason }));
    await updater.log('updater', 'rolled-back', version, 'refused', reason);
    return NOW;
  }
  if (!goingBack || updater.state.bootId !== appliance.standing.bootId)
    await updater.exclusively(() => updater.keep({ kind: 'goes-back', reason }));
  await appliance.startNext(previous.slot);
  await updater.log('updater', 'go-back', version, 'done', reason);
  await updater.restart();
  return RESTART_MS;
}

function addressOf(updater: Updater, { manifestHash }: OfferedBundle, channel: string | null): string {
  const target = updater.known?.targets.get(manifestHash);
  if (target === undefined || channel === null) throw new ChannelError('unreachable', 'no channel is set any more');
  return targetAddress(channel, target);
}
