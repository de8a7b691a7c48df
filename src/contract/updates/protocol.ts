import type { AuditEntry } from './audit.ts';
import type { Severity, UpdateOffer } from './offer.ts';
import type { SignedReceipt } from './receipt.ts';
import type { Refusal } from './refusal.ts';
import type { UpdateState } from './state.ts';
import type { MaintenanceWindow } from './window.ts';

/**
 * The protocol of the updater's Unix socket. A client writes one request, a JSON object on a line; it is answered by any
 * number of lines about progress and one last line that is none. The next request of a connection is taken afterwards.
 */
export const REQUEST_MAX_BYTES = 64 * 1024;
/** Of a line of an answer: what the updater says is bounded as well. */
export const ANSWER_MAX_BYTES = 1024 * 1024;
export const HISTORY_MAX_ENTRIES = 500;
export const LIST_MAX_OFFERS = 500;

/** What can be asked for. `who` is a login name, as the client found it: whoever may open the socket is root. */
export type UpdateRequest =
  | { readonly command: 'check'; readonly who: string }
  | { readonly command: 'list' }
  | { readonly command: 'show'; readonly version: string }
  | {
      readonly command: 'approve';
      readonly who: string;
      readonly version: string;
      /** `null`: the one of the configuration. */
      readonly window: MaintenanceWindow | null;
    }
  | {
      readonly command: 'schedule';
      readonly who: string;
      readonly version: string;
      readonly window: MaintenanceWindow | null;
    }
  | { readonly command: 'cancel'; readonly who: string; readonly version: string }
  /** Now, if the rules let it: the approval and its window count as ever. */
  | { readonly command: 'download'; readonly who: string; readonly version: string }
  | { readonly command: 'install'; readonly who: string; readonly version: string }
  | { readonly command: 'status' }
  | { readonly command: 'rollback'; readonly who: string }
  | { readonly command: 'history'; readonly limit: number }
  /** For production appliances that wait until this one has run its version for a while. */
  | { readonly command: 'receipt'; readonly who: string }
  /** A bundle with its metadata, a folder with both, or a receipt of a test appliance: an absolute path. */
  | { readonly command: 'import'; readonly who: string; readonly path: string };

export type UpdateCommand = UpdateRequest['command'];

/** A version on offer, in a list. */
export interface OfferSummary {
  readonly version: string;
  readonly created: string;
  readonly severity: Severity;
  readonly bytes: number;
  /** Why this appliance may not take it; empty when it may. */
  readonly refusals: readonly Refusal[];
}

/** What an answer holds, beside the state. */
export interface AnswerBody {
  readonly state: UpdateState;
  /** What the updater does next, or waits for: a sentence. */
  readonly next: string;
  /** Until when; RFC 3339, `null` where nothing is set. */
  readonly until: string | null;
  /** For `list` and `check`, newest first. */
  readonly offers?: readonly OfferSummary[];
  /** For `show`. */
  readonly offer?: UpdateOffer;
  /** For `receipt`. */
  readonly testimony?: {
    readonly signed: SignedReceipt;
    /** Ed25519 SubjectPublicKeyInfo (RFC 8410) in base64. */
    readonly publicKey: string;
  };
  /** For `history`, newest first. */
  readonly entries?: readonly AuditEntry[];
}

export type UpdateAnswer =
  /** `percent`: `null` where nobody knows. */
  | { readonly type: 'progress'; readonly step: string; readonly percent: number | null }
  | { readonly type: 'done'; readonly body: AnswerBody }
  /** A rule stands against it. */
  | { readonly type: 'refused'; readonly refusals: readonly Refusal[] }
  /** It was no request, or it failed for another reason; `next`: what to do. */
  | { readonly type: 'error'; readonly message: string; readonly next: string };
