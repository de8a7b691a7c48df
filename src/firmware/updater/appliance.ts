import type { Configuration } from '../../contract/configuration/configuration.ts';
import type { SlotName } from '../../contract/updates/state.ts';
import type { Known } from './channel/channel-reader.ts';
import type { Standing } from './facts-of-appliance.ts';
import type { BundleInfo } from './rauc.ts';
import type { Facts } from './rules/facts.ts';
import type { FailedStart } from './slots/failed-start.ts';
import type { SlotRecords } from './slots/slot-records.ts';
import type { Kept, Testimony } from './testimony.ts';

/** Something that was carried over, and is kept now. */
export type Imported =
  | { readonly kind: 'receipt'; readonly appliance: string; readonly version: string }
  | { readonly kind: 'channel'; readonly known: Known; readonly bundles: readonly string[] };

/** Tells how far something is; `null`: nobody knows. */
export type Progress = (step: string, percent: number | null) => void;

/** What the updater does with the appliance it runs in. Everything that is a process, a device or a network is behind this. */
export interface UpdatingAppliance {
  readonly standing: Standing;
  readonly records: SlotRecords;
  now(): Date;
  /** A sentence for the journal. */
  tell(message: string): void;
  /** The one in force, with its secrets. */
  configuration(): Promise<Configuration>;
  facts(): Promise<Omit<Facts, 'fetched'>>;
  /** Asks the channel of the configuration, which has one. @throws {ChannelError} */
  askChannel(configuration: Configuration): Promise<Known>;
  /** What it said last, if that still holds. */
  lastKnown(): Promise<Known | undefined>;
  /** Takes over what an operator carried here. @throws {Error} with what is wrong with it */
  carryOver(path: string, progress: Progress): Promise<Imported>;
  /** A bundle that was carried over. @returns its path */
  carried(manifestHash: string): Promise<string | undefined>;
  /** Bundles that are not wanted any more. */
  forgetCarried(except: string | null): Promise<void>;
  /** Has the way to the channel open for this work, until a moment at the latest. */
  withWay<T>(configuration: Configuration, until: Date, work: () => Promise<T>): Promise<T>;
  inspect(location: string): Promise<BundleInfo>;
  install(location: string, progress: Progress): Promise<void>;
  startNext(slot: SlotName): Promise<void>;
  setSlot(slot: SlotName, state: 'good' | 'bad'): Promise<void>;
  failedStart(slot: SlotName): Promise<FailedStart>;
  /** Keeps what is known of a try that came to nothing, for people. */
  keepReport(version: string, reason: string, start: FailedStart): Promise<void>;
  /** Notes what was kept, for receipts to come. */
  noteKept(kept: Kept): Promise<void>;
  /** @returns undefined where the version that runs came with the image */
  testify(): Promise<Testimony | undefined>;
  /** Takes the appliance out of service, waits until others know, and orders a restart. */
  restart(): Promise<void>;
}
