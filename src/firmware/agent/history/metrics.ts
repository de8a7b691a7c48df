import type { CheckState } from '../../../contract/health.ts';

/** Figures of the machine, by name, with their units. Percentages are of the minute or at its end. */
export const machineMetrics = {
  cpu_busy_percent: 'percent',
  memory_available_percent: 'percent',
  disk_used_percent: 'percent',
  load1: 'processes',
  network_receive_bytes_per_second: 'bytes per second',
  network_transmit_bytes_per_second: 'bytes per second',
} as const;
export type MachineMetric = keyof typeof machineMetrics;

const CHECK = 'check:';

/** Name under which verdicts of a check are kept: 1 healthy, 0 failing. */
export function checkMetric(id: string): string {
  return `${CHECK}${id}`;
}

export function unitOf(metric: string): string {
  return metric.startsWith(CHECK) ? 'verdict' : (machineMetrics[metric as MachineMetric] ?? '');
}

/** @returns all that is kept of a minute; what is not known is absent */
export function valuesOf(
  machine: ReadonlyMap<MachineMetric, number>,
  checks: readonly CheckState[],
): ReadonlyMap<string, number> {
  const verdicts = checks.flatMap(({ id, verdict }): [string, number][] =>
    verdict === 'unknown' ? [] : [[checkMetric(id), verdict === 'healthy' ? 1 : 0]],
  );
  return new Map([...machine, ...verdicts]);
}
