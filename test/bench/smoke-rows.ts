import type { GuestReport, SmokeReport } from '../../src/builder/report/smoke-report.ts';
import { table } from '../../src/builder/report/table.ts';

const time = (seconds: number | null | undefined): string =>
  seconds === null || seconds === undefined ? '-' : `${seconds.toFixed(1)} s`;

/** Wall time of a smoke run against the sum of its guests. */
export function matrixRow(report: SmokeReport): string[] {
  const sum = report.guests.reduce((total, guest) => total + guest.seconds, 0);
  const { seconds, guests, jobs, accelerator } = report;
  return [
    `smoke run of ${guests.length} guests, ${jobs} at once, ${accelerator.name.toUpperCase()}`,
    time(seconds),
    `${(seconds / sum).toFixed(2)} of its guests one after another (${time(sum)})`,
  ];
}

/** Where each guest's start went, a row a guest, and the slowest units of the first that told. */
export function bootTable(guests: readonly GuestReport[]): string {
  const rows = guests.map(({ name, secondsToLogin, secondsToHealthy, secondsToInService, boot }) => [
    name,
    time(secondsToLogin),
    time(secondsToHealthy),
    time(secondsToInService),
    time(boot?.secondsFirmware),
    time(boot?.secondsLoader),
    time(boot?.secondsKernel),
    time(boot?.secondsUserland),
    time(boot?.secondsCloudInit),
  ]);
  const head = ['GUEST', 'LOGIN', 'HEALTHY', 'IN SERVICE', 'FIRMWARE', 'LOADER', 'KERNEL', 'USERLAND', 'CLOUD-INIT'];
  const slowest = guests.find(({ boot }) => (boot?.slowest.length ?? 0) > 0);
  const units = slowest?.boot?.slowest.map(({ unit, seconds }) => [unit, time(seconds)]) ?? [];
  const split = table([head, ...rows], [1, 2, 3, 4, 5, 6, 7, 8]);
  return units.length === 0
    ? split
    : `${split}\n\n${table([[`SLOWEST UNITS OF ${slowest?.name}`, ''], ...units], [1])}`;
}
