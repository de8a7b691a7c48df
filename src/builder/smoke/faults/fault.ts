import type { Channel } from '../channels/channel.ts';
import type { Hardware } from '../guest/hardware.ts';

/** Something that goes wrong on a platform, and that an appliance has to bear. One file each. */
export interface Fault {
  /** Stable and short. */
  readonly id: string;
  readonly title: string;
  /** Id of the profile it happens on. */
  readonly profile: string;
  /** How the guest is looked at: through a shell, from its console, or with its power cut. */
  readonly procedure: 'login' | 'console' | 'power-cut';
  /** In place of the profile's. */
  readonly channel?: Channel;
  hardware?(usual: Hardware): Hardware;
  /** Size of the guest's disk in bytes; absent: somewhat more than shipped, as for every guest. */
  readonly diskBytes?: number;
  readonly writeProtected?: true;
  /** When the power goes first: as soon as the start is reported; absent: at a random moment. */
  readonly firstCut?: 'report';
  /** What the hardware clock says at power-on; see Machine. */
  readonly clock?: string;
  /** Whether its start is compared with one of the same profile without the fault. */
  readonly mustNotDelay?: true;
}

/** A start under such a fault takes at most this much longer than one without. */
export const MAX_DELAY_SECONDS = 60;

/** Under emulation, starts of one guest differ by that share of themselves, by what else the host does. */
export const EMULATION_NOISE = 0.5;
