import { create } from 'xmlbuilder2';
import type { CheckResult, GuestReport, SmokeReport } from './smoke-report.ts';

/** XML 1.0, production 2: what it cannot carry, not even as a reference. */
const CONTROL = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu;

/**
 * The report in the JUnit form CI systems read: a suite for each guest, faults too, and a case for each check.
 * Attributes are those all readers share; see https://github.com/testmoapp/junitxml.
 */
export function smokeJunit(report: SmokeReport): string {
  const all = report.guests.flatMap((guest) => guest.checks);
  const root = create({ version: '1.0', encoding: 'UTF-8' }).ele('testsuites', {
    name: `${report.image} ${report.version} smoke`,
    ...counts(all),
    time: report.seconds.toFixed(1),
  });
  for (const guest of report.guests) {
    const suite = root.ele('testsuite', {
      name: guest.name,
      ...counts(guest.checks),
      time: guest.seconds.toFixed(1),
    });
    for (const check of guest.checks) {
      const attributes = {
        classname: `smoke.${guest.name}`,
        name: `${check.id}: ${check.title}`,
        time: check.seconds.toFixed(1),
      };
      const element = suite.ele('testcase', attributes);
      if (check.verdict === 'failed')
        element.ele('failure', { message: firstLine(check.detail) }).txt(plain(check.detail));
      else if (check.verdict === 'skipped') element.ele('skipped', { message: firstLine(check.detail) });
    }
    suite.ele('system-out').txt(plain(output(guest)));
  }
  return `${root.end({ prettyPrint: true })}\n`;
}

function counts(checks: readonly CheckResult[]) {
  const count = (verdict: string): number => checks.filter((check) => check.verdict === verdict).length;
  return { tests: checks.length, failures: count('failed'), errors: 0, skipped: count('skipped') };
}

function output(guest: GuestReport): string {
  const { login, failure } = guest.screenshots;
  return [
    guest.artifact.file,
    guest.hardware,
    ...(guest.fault === null ? [] : [`Fault: ${guest.fault.title}`]),
    ...guest.notes,
    `Serial log: ${guest.serialLog}`,
    ...(login === null ? [] : [`Display at login: ${login}`]),
    ...(failure === null ? [] : [`Display at failure: ${failure}`]),
    ...guest.consoleTail,
  ].join('\n');
}

function firstLine(text: string): string {
  return plain(text.split('\n', 1)[0] ?? '');
}

function plain(text: string): string {
  return text.replace(CONTROL, '\ufffd');
}
