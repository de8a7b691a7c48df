import { oneLine } from '../../contract/one-line.ts';
import { SENTENCE_MAX_CHARACTERS } from '../../contract/updates/field-forms.ts';
import {
  type AnswerBody,
  LIST_MAX_OFFERS,
  type OfferSummary,
  type UpdateRequest,
} from '../../contract/updates/protocol.ts';
import { type Refusal, refusal } from '../../contract/updates/refusal.ts';
import { compareVersions } from '../../contract/version.ts';
import type { Progress } from './appliance.ts';
import { approvalRefusal, approve } from './rules/consent.ts';
import { askRollback } from './rules/rollback.ts';
import { offerRefusals } from './rules/suitable.ts';
import type { LastAnswer, UpdateHandler } from './server.ts';
import type { Updater } from './updater.ts';

/** What people ask of the updater, by its socket. What they want is in the audit log, and what came of it. */
export function requestHandler(updater: Updater): UpdateHandler {
  return {
    handle(request, progress, gone) {
      switch (request.command) {
        case 'status':
          return updater.looked.then(() => done(updater));
        case 'history':
          return updater.audit.newest(request.limit).then((entries) => done(updater, { entries }));
        case 'list':
          return offers(updater).then((found) => done(updater, { offers: found }));
        case 'show':
          return show(updater, request.version);
        case 'check':
          return check(updater, request.who);
        case 'approve':
        case 'schedule':
          return consent(updater, request);
        case 'cancel':
          return cancel(updater, request);
        case 'download':
        case 'install':
          return goOn(updater, request, progress, gone);
        case 'rollback':
          return rollback(updater, request.who);
        case 'receipt':
          return receipt(updater, request.who);
        case 'import':
          return carryOver(updater, request, progress);
      }
    },
  };
}

async function done(updater: Updater, more: Partial<AnswerBody> = {}): Promise<LastAnswer> {
  const { state, outlook } = updater;
  return { type: 'done', body: { state, next: outlook.next, until: outlook.until, ...more } };
}

async function offers(updater: Updater): Promise<OfferSummary[]> {
  const situation = await updater.situation();
  return [...(situation.metadata?.offers ?? [])]
    .sort((a, b) => compareVersions(b.version, a.version))
    .slice(0, LIST_MAX_OFFERS)
    .map((offer) => {
      const { version, created, severity, bytes } = offer;
      return { version, created, severity, bytes, refusals: offerRefusals(offer, situation) };
    });
}

async function show(updater: Updater, version: string): Promise<LastAnswer> {
  const found = updater.known?.metadata.offers.find((offer) => offer.version === version);
  if (found === undefined) return { type: 'refused', refusals: [refusal('not-offered', version)] };
  const { bytes: _, ...offer } = found;
  return done(updater, { offer });
}

async function check(updater: Updater, who: string): Promise<LastAnswer> {
  const { updates } = await updater.appliance.configuration();
  if (!updates.checking || updates.channel === null) {
    const detail = updates.checking ? 'no channel is set: updates.channel' : 'updates.checking is off';
    return refused(updater, who, 'check', null, [refusal('not-consented', detail)]);
  }
  const error = await updater.exclusively(() => updater.check(who));
  updater.wake();
  if (error !== undefined) return { type: 'error', message: `[${error.fault}] ${error.message}`, next: error.hint };
  await updater.log(who, 'check', null, 'done', 'the channel answered');
  return done(updater, { offers: await offers(updater) });
}

type Consent = Extract<UpdateRequest, { readonly command: 'approve' | 'schedule' }>;

/** `schedule` sets another window for what is approved; without an approval it is one. */
async function consent(updater: Updater, request: Consent): Promise<LastAnswer> {
  const { who, version, window, command } = request;
  const answer = await updater.exclusively(async () => {
    const { state } = updater;
    if (command === 'schedule' && state.approval?.version === version && mayBeMoved.includes(state.phase)) {
      await updater.keep({ kind: 'window-changed', window, who });
      return undefined;
    }
    const given = approve({ version, who, window, byPolicy: false }, await updater.situation());
    if ('refusals' in given) return given.refusals;
    await updater.keep({ kind: 'approved', approval: given.approval });
    return undefined;
  });
  if (answer !== undefined) return refused(updater, who, command, version, answer);
  await updater.log(
    who,
    command,
    version,
    'done',
    window === null ? 'in the window of the configuration' : JSON.stringify(window),
  );
  await updater.appliance.forgetCarried(updater.state.manifestHash);
  updater.wake();
  return done(updater);
}

const mayBeMoved: readonly string[] = ['approved', 'scheduled', 'downloading', 'verified', 'installed'];
const mayBeCancelled: readonly string[] = ['approved', 'scheduled', 'downloading', 'verified'];

async function cancel(
  updater: Updater,
  { who, version }: Extract<UpdateRequest, { readonly command: 'cancel' }>,
): Promise<LastAnswer> {
  const against = await updater.exclusively(async () => {
    const { state } = updater;
    if (state.version !== version) return refusal('approval-missing', version);
    if (!mayBeCancelled.includes(state.phase)) return refusal('busy', `${version} is ${state.phase}`);
    await updater.keep({ kind: 'cancelled', who });
    return undefined;
  });
  if (against !== undefined) return refused(updater, who, 'cancel', version, [against]);
  await updater.log(who, 'cancel', version, 'done', 'it is not installed');
  updater.wake();
  return done(updater);
}

/** Goes on with what is approved, as far as the rules let it now. */
async function goOn(
  updater: Updater,
  { command, who, version }: Extract<UpdateRequest, { readonly command: 'download' | 'install' }>,
  progress: Progress,
  gone: AbortSignal,
): Promise<LastAnswer> {
  const situation = await updater.situation();
  const { state } = situation;
  const against = state.version === version ? approvalRefusal(situation) : refusal('approval-missing', version);
  if (against !== undefined) return refused(updater, who, command, version, [against]);
  await updater.log(who, command, version, 'done', 'asked for');
  await updater.settle(progress, gone);
  const { refusals } = updater.outlook;
  return refusals.length > 0 ? { type: 'refused', refusals: [...refusals] } : done(updater);
}

async function rollback(updater: Updater, who: string): Promise<LastAnswer> {
  const against = await updater.exclusively(async () => {
    const asked = askRollback(who, await updater.situation());
    if ('refusal' in asked) return asked.refusal;
    await updater.keep(asked.event);
    return undefined;
  });
  if (against !== undefined) return refused(updater, who, 'rollback', updater.state.version, [against]);
  await updater.log(who, 'rollback', updater.state.version, 'done', `back to ${updater.state.previous?.version}`);
  updater.wake();
  return done(updater);
}

async function receipt(updater: Updater, who: string): Promise<LastAnswer> {
  const { facts } = await updater.situation();
  if (facts.ailment !== null)
    return refused(updater, who, 'receipt', facts.running.version, [refusal('unhealthy', facts.ailment)]);
  const testimony = await updater.appliance.testify();
  if (testimony === undefined) {
    const message = `${facts.running.version} came with the image: there was no trial that could be testified to`;
    return { type: 'error', message, next: 'A receipt is about a version that this appliance was updated to.' };
  }
  await updater.log(who, 'receipt', facts.running.version, 'done', `kept since ${testimony.signed.receipt.committed}`);
  return done(updater, { testimony });
}

async function carryOver(
  updater: Updater,
  { who, path }: Extract<UpdateRequest, { readonly command: 'import' }>,
  progress: Progress,
): Promise<LastAnswer> {
  try {
    const found = await updater.exclusively(() => updater.appliance.carryOver(path, progress));
    if (found.kind === 'receipt')
      await updater.log(who, 'import', found.version, 'done', `receipt of ${found.appliance}`);
    else {
      updater.take(found.known);
      const [version] = found.bundles;
      const detail =
        version === undefined ? 'the channel’s word, and no newer bundle' : 'a bundle, with the channel’s word';
      await updater.log(who, 'import', version ?? null, 'done', detail);
    }
    updater.wake();
    return done(updater, { offers: await offers(updater) });
  } catch (error) {
    const message = oneLine((error as Error).message, SENTENCE_MAX_CHARACTERS);
    await updater.log(who, 'import', null, 'failed', message);
    return { type: 'error', message, next: 'Nothing was taken over. docs/updates.md says what can be.' };
  }
}

async function refused(
  updater: Updater,
  who: string,
  what: string,
  version: string | null,
  refusals: readonly Refusal[],
): Promise<LastAnswer> {
  await updater.refuse(who, what, version, refusals);
  return { type: 'refused', refusals: [...refusals] };
}
