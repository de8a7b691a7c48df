import { builtInCheckIds, type CheckState } from '../../../contract/health.ts';
import type { Clock } from '../clock.ts';
import { History } from './history.ts';
import { MachineSampler } from './machine-sampler.ts';
import { checkMetric, machineMetrics, valuesOf } from './metrics.ts';
import { Recorder } from './recorder.ts';

export interface HistoryOptions {
  readonly folder: string;
  /** Whose figures are kept. */
  readonly root: string;
  /** Names of the payload's checks. */
  readonly payloadIds: readonly string[];
  readonly clock: Clock;
  readonly checks: () => readonly CheckState[];
}

export interface KeptHistory {
  /** Undefined when the disk takes none: that is told, and all else goes on. */
  readonly history: History | undefined;
  stop(): void;
}

/** Opens the history and keeps a minute after each minute. Every check has its column, whether it is set up or not. */
export async function keepHistory({ folder, root, payloadIds, clock, checks }: HistoryOptions): Promise<KeptHistory> {
  const columns = [...Object.keys(machineMetrics), ...[...builtInCheckIds, ...payloadIds].map(checkMetric)];
  const history = await History.open(folder, columns).catch((error: Error) => {
    process.stderr.write(`there is no history: ${error.message}\n`);
    return undefined;
  });
  if (history === undefined) return { history, stop() {} };
  const sampler = new MachineSampler(root, clock.elapsedMs);
  // What counts up is told from here on.
  await sampler.sample();
  const recorder = new Recorder(history, async () => valuesOf(await sampler.sample(), checks()), clock);
  recorder.start();
  return { history, stop: () => recorder.stop() };
}
