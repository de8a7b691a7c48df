import { failedChecks, failedGuests, type GuestReport, type SmokeReport } from './smoke-report.ts';
import { table } from './table.ts';

/** The whole report for a person: a row for each guest, then what failed. */
export function smokeTable(report: SmokeReport): string {
  const head = ['name', 'artifact', 'result', 'login', 'healthy', 'total', 'checks', 'guest'];
  const rows = report.guests.map((guest) => [
    guest.name,
    guest.artifact.file,
    guest.verdict,
    wholeSeconds(guest.secondsToLogin),
    wholeSeconds(guest.secondsToHealthy),
    wholeSeconds(guest.seconds),
    `${guest.checks.filter((check) => check.verdict === 'passed').length}/${guest.checks.length}`,
    guest.hardware,
  ]);
  const failures = failedGuests(report).map(failureText);
  return [table([head, ...rows], [3, 4, 5, 6]), ...failures].join('\n\n');
}

/** What failed on one guest, and the last it said. */
function failureText(guest: GuestReport): string {
  const checks = failedChecks(guest).map((check) => `  ${check.id}: ${check.detail.replaceAll('\n', '\n    ')}`);
  const tail = guest.consoleTail.map((line) => `  | ${line}`);
  const { failure } = guest.screenshots;
  const files = [guest.serialLog, ...(failure === null ? [] : [failure])].join(' and ');
  const heading = tail.length === 0 ? [] : [`  the last ${tail.length} lines of its console (more in ${files}):`];
  const fault = guest.fault === null ? '' : `, with ${guest.fault.title}`;
  return [`${guest.name} failed (${guest.artifact.file}${fault}):`, ...checks, ...heading, ...tail].join('\n');
}

function wholeSeconds(seconds: number | null): string {
  return seconds === null ? '-' : `${Math.round(seconds)} s`;
}
