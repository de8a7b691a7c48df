import type { FieldReader } from '../payload-checks/field-reader.ts';
import { readAuditEntry } from './audit.ts';
import { parseBounded } from './bounded-json.ts';
import { orNull, readTime, readVersion, readWindow, SENTENCE, WHO } from './field-forms.ts';
import { severities } from './offer.ts';
import { readOffer } from './parse-offer.ts';
import { readUpdateState } from './parse-state.ts';
import {
  ANSWER_MAX_BYTES,
  type AnswerBody,
  HISTORY_MAX_ENTRIES,
  LIST_MAX_OFFERS,
  type OfferSummary,
  REQUEST_MAX_BYTES,
  type UpdateAnswer,
  type UpdateCommand,
  type UpdateRequest,
} from './protocol.ts';
import { readSignedReceipt } from './receipt.ts';
import { type Refusal, type RefusalId, refusalRules } from './refusal.ts';

/** A line that is no request or no answer. Every fault is listed, with its place. */
export class ProtocolError extends Error {
  constructor(faults: readonly string[]) {
    super(faults.slice(0, 20).join('; '));
    this.name = 'ProtocolError';
  }
}

const refuse = (faults: readonly string[]): Error => new ProtocolError(faults);

/** What each command takes, beside its name. */
const parameters: Readonly<Record<UpdateCommand, readonly string[]>> = {
  check: ['who'],
  list: [],
  show: ['version'],
  approve: ['who', 'version', 'window'],
  schedule: ['who', 'version', 'window'],
  cancel: ['who', 'version'],
  download: ['who', 'version'],
  install: ['who', 'version'],
  status: [],
  rollback: ['who'],
  history: ['limit'],
  receipt: ['who'],
  import: ['who', 'path'],
};
export const updateCommands = Object.keys(parameters) as UpdateCommand[];

const PUBLIC_KEY = /^[A-Za-z0-9+/]{59}=$/;
/** Absolute, of one line. */
const PATH = /^\/[^\p{Cc}]{0,1023}$/u;

/**
 * Takes a line of a client, which may be anything.
 * @throws {ProtocolError}
 */
export function parseRequest(line: string): UpdateRequest {
  return parseBounded(line, REQUEST_MAX_BYTES, refuse, (read, value) => {
    const all = ['command', 'who', 'version', 'window', 'limit', 'path'];
    const command = read.oneOf(read.object(value, 'request', all).command, 'request.command', updateCommands);
    const fields = read.object(value, 'request', ['command', ...parameters[command]]);
    const readers: Readonly<Record<string, (one: unknown, at: string) => unknown>> = {
      who: (one, at) => read.text(one, at, WHO),
      version: (one, at) => readVersion(read, one, at),
      window: (one, at) => orNull(one, (window) => readWindow(read, window, at)),
      limit: (one, at) => read.number(one, at, 1, HISTORY_MAX_ENTRIES),
      path: (one, at) => read.text(one, at, PATH),
    };
    const entries = parameters[command].map((name) => [name, readers[name]?.(fields[name], `request.${name}`)]);
    return { command, ...Object.fromEntries(entries) } as UpdateRequest;
  });
}

/**
 * Takes a line of the updater.
 * @throws {ProtocolError}
 */
export function parseAnswer(line: string): UpdateAnswer {
  return parseBounded(line, ANSWER_MAX_BYTES, refuse, (read, value) => {
    const all = ['type', 'step', 'percent', 'body', 'refusals', 'message', 'next'];
    const kinds = ['progress', 'done', 'refused', 'error'] as const;
    const type = read.oneOf(read.object(value, 'answer', all).type, 'answer.type', kinds);
    const only = (...names: string[]) => read.object(value, 'answer', ['type', ...names]);
    switch (type) {
      case 'progress': {
        const { step, percent } = only('step', 'percent');
        const share = orNull(percent, (one) => read.number(one, 'answer.percent', 0, 100));
        return { type, step: read.text(step, 'answer.step', SENTENCE), percent: share };
      }
      case 'done':
        return { type, body: bodyOf(read, only('body').body) };
      case 'refused':
        return { type, refusals: refusalsOf(read, only('refusals').refusals, 'answer.refusals') };
      case 'error': {
        const { message, next } = only('message', 'next');
        return {
          type,
          message: read.text(message, 'answer.message', SENTENCE),
          next: read.text(next, 'answer.next', SENTENCE),
        };
      }
    }
  });
}

function bodyOf(read: FieldReader, value: unknown): AnswerBody {
  const at = 'answer.body';
  const { state, next, until, offers, offer, entries, testimony } = read.object(value, at, [
    ...['state', 'next', 'until', 'offers', 'offer', 'entries', 'testimony'],
  ]);
  return {
    state: readUpdateState(read, state, `${at}.state`),
    next: read.text(next, `${at}.next`, SENTENCE),
    until: orNull(until, (one) => readTime(read, one, `${at}.until`)),
    ...(offers === undefined
      ? {}
      : { offers: read.list(offers, `${at}.offers`, LIST_MAX_OFFERS, (one, where) => summaryOf(read, one, where)) }),
    ...(offer === undefined ? {} : { offer: readOffer(read, offer, `${at}.offer`) }),
    ...(testimony === undefined ? {} : { testimony: testimonyOf(read, testimony, `${at}.testimony`) }),
    ...(entries === undefined
      ? {}
      : {
          entries: read.list(entries, `${at}.entries`, HISTORY_MAX_ENTRIES, (one, where) =>
            readAuditEntry(read, one, where),
          ),
        }),
  };
}

function testimonyOf(read: FieldReader, value: unknown, at: string): NonNullable<AnswerBody['testimony']> {
  const { signed, publicKey } = read.object(value, at, ['signed', 'publicKey']);
  return { signed: readSignedReceipt(read, signed), publicKey: read.text(publicKey, `${at}.publicKey`, PUBLIC_KEY) };
}

function summaryOf(read: FieldReader, value: unknown, at: string): OfferSummary {
  const fields = read.object(value, at, ['version', 'created', 'severity', 'bytes', 'refusals']);
  return {
    version: readVersion(read, fields.version, `${at}.version`),
    created: readTime(read, fields.created, `${at}.created`),
    severity: read.oneOf(fields.severity, `${at}.severity`, severities),
    bytes: read.number(fields.bytes, `${at}.bytes`, 0, Number.MAX_SAFE_INTEGER),
    refusals: refusalsOf(read, fields.refusals, `${at}.refusals`),
  };
}

function refusalsOf(read: FieldReader, value: unknown, at: string): Refusal[] {
  const ids = refusalRules.map(({ id }) => id) as [RefusalId, ...RefusalId[]];
  return read.list(value, at, ids.length, (one, where) => {
    const fields = read.object(one, where, ['rule', 'message', 'next', 'passes']);
    return {
      rule: read.oneOf(fields.rule, `${where}.rule`, ids),
      message: read.text(fields.message, `${where}.message`, SENTENCE),
      next: read.text(fields.next, `${where}.next`, SENTENCE),
      passes: read.flag(fields.passes, `${where}.passes`),
    };
  });
}
