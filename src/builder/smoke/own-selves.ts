import type { CheckResult, GuestReport } from '../report/smoke-report.ts';
import type { BootedGuest } from './boot-guest.ts';

const id = 'own-identity';
const title = 'no other clone of the disk has this guest’s machine id or SSH host keys';

/** All guests of a run are clones of one disk: adds to each report whether it became somebody of its own. */
export function withOwnSelves(booted: readonly BootedGuest[]): GuestReport[] {
  return booted.map(({ report, self }) => {
    if (self === undefined) return report;
    const others = booted.flatMap((other) => (other.report === report || other.self === undefined ? [] : [other]));
    const twins = others.filter(
      (other) => other.self?.machineId === self.machineId || other.self?.hostKeys === self.hostKeys,
    );
    const passed = twins.length === 0 && /^[0-9a-f]{32}$/.test(self.machineId);
    const detail = passed
      ? `${self.machineId}, unlike ${others.length} others`
      : `${self.machineId || 'no machine id'}, shared with ${twins.map(({ report: { name } }) => name).join(', ')}`;
    const check: CheckResult = { id, title, verdict: passed ? 'passed' : 'failed', detail, seconds: 0 };
    return { ...report, verdict: passed ? report.verdict : 'failed', checks: [...report.checks, check] };
  });
}
