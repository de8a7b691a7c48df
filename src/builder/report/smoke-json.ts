import type { SmokeReport } from './smoke-report.ts';

/** The text of `smoke.json`: keys in the order of the type, seconds with one decimal. */
export function smokeJson(report: SmokeReport): string {
  const round = (key: string, value: unknown): unknown =>
    typeof value === 'number' && key.startsWith('seconds') ? Math.round(value * 10) / 10 : value;
  return `${JSON.stringify(report, round, 2)}\n`;
}
