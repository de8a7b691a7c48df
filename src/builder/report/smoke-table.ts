import { failedChecks, failedGuests, type GuestReport, type SmokeReport } from './smoke-report.ts';
import { table } from './table.ts';

/** The whole report for a person: a row for each guest, then what failed. */
export function smokeTable(report: SmokeReport): string {
  const head = ['artifact', 'result', 'login', 'total', 'checks', 'guest'];
  const rows = report.guests.map((guest) => [
    guest.artifact.file,
    guest.verdict,
    guest.secondsToLogin === null ? '-' : `${Math.round(guest.secondsToLogin)} s`,
    `${Math.round(guest.seconds)} s`,
    `${guest.checks.filter((check) => check.verdict === 'passed').length}/${guest.checks.length}`,
    guest.hardware,
  ]);
  const failures = failedGuests(report).map(failureText);
  return [table([head, ...rows], [2, 3, 4]), ...failures].join('\n\n');
}

/** What failed on one guest, and the last it said. */
function failureText(guest: GuestReport): string {
  const checks = failedChecks(guest).map((check) => `  ${check.id}: ${check.detail.replaceAll('\n', '\n    ')}`);
  const tail = guest.consoleTail.map((line) => `  | ${line}`);
  const files = [guest.serialLog, ...(guest.screenshot === null ? [] : [guest.screenshot])].join(' and ');
  const heading = tail.length === 0 ? [] : [`  the last ${tail.length} lines of its console (more in ${files}):`];
  return [`${guest.artifact.file} failed:`, ...checks, ...heading, ...tail].join('\n');
}
