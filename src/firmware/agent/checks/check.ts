import type { Configuration, Thresholds } from '../../../contract/configuration/configuration.ts';
import type { CheckId } from '../../../contract/health.ts';
import type { Places } from '../../platform/places.ts';

export interface Verdict {
  /** Null while it is not known. */
  readonly healthy: boolean | null;
  /** One sentence, with figures. */
  readonly detail: string;
  /** What to do when it is not healthy. */
  readonly advice?: string;
}

/** What a check may look at. */
export interface Surroundings {
  readonly places: Places;
  readonly thresholds: Thresholds;
  readonly configuration: Configuration;
  readonly now: Date;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** One question to the appliance. One file each; a new one is a new file and a line in index.ts. */
export interface Check {
  readonly id: CheckId;
  /** Whether `/testall` fails with it. */
  readonly core: boolean;
  readonly intervalSeconds: number;
  /** After this it counts as failing, whatever it is still doing. */
  readonly limitSeconds: number;
  /** Whether the operator's configuration gives it something to do; absent: always. */
  isWanted?(configuration: Configuration): boolean;
  /** @throws {Error} when it can not be found out: that is a failure too */
  judge(surroundings: Surroundings): Promise<Verdict>;
}
