import type { Configuration } from '../../../contract/configuration/configuration.ts';
import type { UpdateOffer } from '../../../contract/updates/offer.ts';
import type { SignedReceipt } from '../../../contract/updates/receipt.ts';
import type { SlotName, UpdateState } from '../../../contract/updates/state.ts';

/** A bundle that a channel offers, with what its TUF target says of the file. */
export interface OfferedBundle extends UpdateOffer {
  /** Size of the bundle. */
  readonly bytes: number;
}

/** What the channel's verified metadata says. Nothing of it is expired: the reader refuses that. */
export interface Metadata {
  /** `import`: carried over by the operator, so nothing has to be fetched. */
  readonly source: 'channel' | 'import';
  readonly offers: readonly OfferedBundle[];
}

/** What the rules have to know of the appliance. */
export interface Facts {
  /** Its own, stable over updates; decides jitter and roll-out. */
  readonly applianceId: string;
  readonly image: string;
  readonly running: {
    readonly version: string;
    readonly slot: SlotName;
    /** When the image was made: no clock that is right shows an earlier time. */
    readonly built: Date;
  };
  /** Version of the other slot, if it holds a system that came up before. */
  readonly other: string | null;
  /** Starts of each slot that the boot loader has counted since that slot last came up. */
  readonly tries: Readonly<Record<SlotName, number>>;
  /** The kernel's id of this start. */
  readonly bootId: string;
  readonly clockSynchronised: boolean;
  /** Zone of the appliance's clock: a name of the IANA database. */
  readonly timeZone: string;
  /**
   * The bundle that is at hand, by its {@link UpdateOffer.manifestHash}: it was carried here as a whole, or its signed head was
   * read from the channel. `null`: none.
   */
  readonly fetched: string | null;
  /** Free on the data partition. */
  readonly freeBytes: number;
  /** The failing check, as a sentence; `null`: healthy. */
  readonly ailment: string | null;
  /** Healthy without a break for this long, and up for this long, by a clock that nobody sets. */
  readonly healthySeconds: number;
  readonly uptimeSeconds: number;
  readonly receipts: readonly SignedReceipt[];
}

/** All that decides. */
export interface Situation {
  readonly state: UpdateState;
  /** `null`: none is at hand that was verified. */
  readonly metadata: Metadata | null;
  readonly configuration: Pick<Configuration, 'role' | 'timeZone' | 'updates'>;
  readonly now: Date;
  readonly facts: Facts;
}

/** Not kept within this time from its start, a new version goes back: an emulated start takes minutes. */
export const TRIAL_LIMIT_SECONDS = 1800;
/** Installing and going back are tried this often. */
export const MAX_ATTEMPTS = 3;
/** Left free: logs and state have to fit at all times. A bundle of the channel needs no room, it goes straight into its slot. */
export const SPARE_BYTES = 256 * 1024 * 1024;
