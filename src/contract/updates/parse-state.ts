import type { FieldReader } from '../payload-checks/field-reader.ts';
import { parseBounded } from './bounded-json.ts';
import { BOOT_ID, orNull, readTime, readVersion, readWindow, SENTENCE, SHA256, WHO } from './field-forms.ts';
import { type Approval, FAILED_VERSIONS_KEPT, type Phase, phases, slotNames, type UpdateState } from './state.ts';

/** What is kept is far smaller; what is larger is not looked at. */
export const STATE_MAX_BYTES = 64 * 1024;

/** A kept state that can not be taken. Every fault is listed, with its place. */
export class UpdateStateError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.slice(0, 20).join('; '));
    this.name = 'UpdateStateError';
    this.faults = faults;
  }
}

/** Phases that are about one version. */
const ABOUT_ONE: readonly Phase[] = (Object.keys(phases) as Phase[]).filter((one) => one !== 'idle');
/** Phases that nobody gets to without an approval, and those in which a slot is written or started. */
const APPROVED: readonly Phase[] = ['approved', 'scheduled', 'downloading', 'verified', 'installing', 'installed'];
const IN_A_SLOT: readonly Phase[] = ['installing', 'installed', 'rebooting', 'trial', 'committed'];

/**
 * Takes the text of a kept state, which may be damaged or written by somebody else. What is taken also holds together: no
 * phase lacks the approval, version or slot that it is about.
 * @throws {UpdateStateError}
 */
export function parseUpdateState(text: string): UpdateState {
  const refuse = (faults: readonly string[]): Error => new UpdateStateError(faults);
  return parseBounded(text, STATE_MAX_BYTES, refuse, (read, document) => readUpdateState(read, document, 'state'));
}

/** The same within a larger document; faults are the reader's. */
export function readUpdateState(read: FieldReader, value: unknown, at: string): UpdateState {
  const fields = read.object(value, at, FIELDS);
  const place = (name: string): string => `${at}.${name}`;
  read.number(fields.schemaVersion, place('schemaVersion'), 1, 1);
  const state: UpdateState = {
    schemaVersion: 1,
    phase: read.oneOf(fields.phase, place('phase'), Object.keys(phases) as Phase[]),
    reason: read.text(fields.reason, place('reason'), SENTENCE),
    time: readTime(read, fields.time, place('time')),
    version: orNull(fields.version, (one) => readVersion(read, one, place('version'))),
    manifestHash: orNull(fields.manifestHash, (one) => read.text(one, place('manifestHash'), SHA256)),
    slot: orNull(fields.slot, (one) => read.oneOf(one, place('slot'), slotNames)),
    previous: orNull(fields.previous, (one) => {
      const { version, slot } = read.object(one, place('previous'), ['version', 'slot']);
      return {
        version: readVersion(read, version, place('previous.version')),
        slot: read.oneOf(slot, place('previous.slot'), slotNames),
      };
    }),
    attempt: read.number(fields.attempt, place('attempt'), 1, 1_000_000),
    bootId: read.text(fields.bootId, place('bootId'), BOOT_ID),
    goingBack: read.flag(fields.goingBack, place('goingBack')),
    approval: orNull(fields.approval, (one) => approvalOf(read, one, place('approval'))),
    lastCheck: orNull(fields.lastCheck, (one) => readTime(read, one, place('lastCheck'))),
    failed: read.list(fields.failed, place('failed'), FAILED_VERSIONS_KEPT, (one, where) => {
      const { version, at: time, reason } = read.object(one, where, ['version', 'at', 'reason']);
      return {
        version: readVersion(read, version, `${where}.version`),
        at: readTime(read, time, `${where}.at`),
        reason: read.text(reason, `${where}.reason`, SENTENCE),
      };
    }),
  };
  holdTogether(read, state, at);
  return state;
}

const FIELDS = [
  ...['schemaVersion', 'phase', 'reason', 'time', 'version', 'manifestHash', 'slot', 'previous', 'attempt', 'bootId'],
  ...['goingBack', 'approval', 'lastCheck', 'failed'],
];

function holdTogether(read: FieldReader, { phase, version, manifestHash, ...state }: UpdateState, at: string): void {
  if (ABOUT_ONE.includes(phase) && version === null) read.fault(`${at}.version`, `a version in the phase ${phase}`);
  if ((version === null) !== (manifestHash === null) && !state.goingBack && phase !== 'rolled-back')
    read.fault(`${at}.manifestHash`, 'a digest exactly where there is a version');
  if (IN_A_SLOT.includes(phase) && (state.slot === null || state.previous === null))
    read.fault(`${at}.slot`, `a slot and a previous one in the phase ${phase}`);
  if (!APPROVED.includes(phase)) return;
  const { approval } = state;
  if (approval === null || approval.version !== version || approval.manifestHash !== manifestHash)
    read.fault(`${at}.approval`, `an approval of this very version in the phase ${phase}`);
}

function approvalOf(read: FieldReader, value: unknown, at: string): Approval {
  const known = ['version', 'manifestHash', 'who', 'at', 'expires', 'window', 'byPolicy'];
  const fields = read.object(value, at, known);
  return {
    version: readVersion(read, fields.version, `${at}.version`),
    manifestHash: read.text(fields.manifestHash, `${at}.manifestHash`, SHA256),
    who: read.text(fields.who, `${at}.who`, WHO),
    at: readTime(read, fields.at, `${at}.at`),
    expires: readTime(read, fields.expires, `${at}.expires`),
    window: orNull(fields.window, (one) => readWindow(read, one, `${at}.window`)),
    byPolicy: read.flag(fields.byPolicy, `${at}.byPolicy`),
  };
}
