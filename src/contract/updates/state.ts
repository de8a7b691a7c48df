import type { MaintenanceWindow } from './window.ts';

/** What an update can be in, in the order it passes through. The page docs/updates.md is made from this. */
export const phases = {
  idle: 'nothing is on offer that this appliance may take',
  available: 'a version was found that it may take; nobody has been told yet',
  announced: 'the operator has been told; an approval is waited for',
  approved: 'somebody approved this very version',
  scheduled: 'its maintenance window is waited for',
  downloading: 'signature and manifest of the bundle are being fetched, within the window',
  verified: 'signature and manifest hold; with them each block is checked as it comes',
  installing:
    'the other slot is being written, and what this appliance has not is fetched; the running one is not touched',
  installed: 'the other slot is written and is to start next',
  rebooting: 'the appliance is restarting into the other slot',
  trial: 'the new version runs, and goes back unless it stays healthy',
  committed: 'the new version stayed healthy and is kept',
  'rolled-back': 'the appliance is back in the version it came from',
  failed: 'it was given up before anything was changed; the running version is untouched',
} as const satisfies Readonly<Record<string, string>>;

export type Phase = keyof typeof phases;

/** GRUB's names of the slots. */
export const slotNames = ['A', 'B'] as const;
export type SlotName = (typeof slotNames)[number];

/** Somebody's word that one version may be installed. */
export interface Approval {
  /** The very version, and no other. */
  readonly version: string;
  /** The very bytes: {@link UpdateOffer.manifestHash}. */
  readonly manifestHash: string;
  readonly who: string;
  /** RFC 3339. */
  readonly at: string;
  /** RFC 3339. */
  readonly expires: string;
  /** When; `null`: in the window of the configuration. */
  readonly window: MaintenanceWindow | null;
  /** Given by the policy of the configuration and by nobody in person: it holds as long as that does. */
  readonly byPolicy: boolean;
}

/** A version that was tried and is not tried again by itself. */
export interface FailedVersion {
  readonly version: string;
  /** RFC 3339. */
  readonly at: string;
  readonly reason: string;
}

/** Where an update stands, as it is kept on the data partition. */
export interface UpdateState {
  readonly schemaVersion: 1;
  readonly phase: Phase;
  /** Why it is in this phase: a sentence. */
  readonly reason: string;
  /** When it came into this phase, RFC 3339. */
  readonly time: string;
  /** The version that it is about, and its {@link UpdateOffer.manifestHash}; `null` where it is about none. */
  readonly version: string | null;
  readonly manifestHash: string | null;
  /** Where that version is or goes; `null` before it is known. */
  readonly slot: SlotName | null;
  /** What runs, or ran, when that version was taken up. */
  readonly previous: { readonly version: string; readonly slot: SlotName } | null;
  /** The how-manieth try of this phase, from 1. */
  readonly attempt: number;
  /** The kernel's id of the start during which this was written: another one tells that there was a restart since. */
  readonly bootId: string;
  /** Whether it is on its way back to the version it came from. */
  readonly goingBack: boolean;
  readonly approval: Approval | null;
  /** When the channel was asked last, RFC 3339. */
  readonly lastCheck: string | null;
  /** Newest last; at most {@link FAILED_VERSIONS_KEPT}. */
  readonly failed: readonly FailedVersion[];
}

export const FAILED_VERSIONS_KEPT = 20;

/** What an appliance has before there was any update. */
export function firstState(now: Date, bootId: string): UpdateState {
  return {
    schemaVersion: 1,
    phase: 'idle',
    reason: 'nothing has been looked for yet',
    time: now.toISOString(),
    version: null,
    manifestHash: null,
    slot: null,
    previous: null,
    attempt: 1,
    bootId,
    goingBack: false,
    approval: null,
    lastCheck: null,
    failed: [],
  };
}
