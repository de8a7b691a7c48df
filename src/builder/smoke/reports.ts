import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../durable-file.ts';
import { KilnError } from '../errors.ts';
import { smokeHtml } from '../report/html/smoke-html.ts';
import { smokeJunit } from '../report/junit.ts';
import { smokeJson } from '../report/smoke-json.ts';
import { failedGuests, type SmokeReport } from '../report/smoke-report.ts';
import { smokeTable } from '../report/smoke-table.ts';

const forms: Readonly<Record<string, (report: SmokeReport) => string>> = {
  'smoke.json': smokeJson,
  'junit.xml': smokeJunit,
};

const PAGE = 'smoke.html';

/** Makes the folder, without the verdicts of an earlier run: a stopped run must not leave them beside its own logs. */
export async function clearReports(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of [...Object.keys(forms), PAGE]) await rm(join(folder, name), { force: true });
}

export async function writeReports(report: SmokeReport, folder: string): Promise<void> {
  for (const [name, render] of Object.entries(forms)) await writeDurably(join(folder, name), render(report));
  await writeDurably(join(folder, PAGE), smokeHtml(report, await picturesOf(report, folder)));
}

/** The pictures that the page shows, by their names. */
async function picturesOf(report: SmokeReport, folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = report.guests.flatMap(({ screenshots: { login, failure } }) => [login, failure]);
  const pictures = new Map<string, Buffer>();
  for (const name of names) if (name !== null) pictures.set(name, await readFile(join(folder, name)));
  return pictures;
}

/** @throws {KilnError} `smoke-failed` when a guest failed, with everything a person needs at first */
export function failIfFailed(report: SmokeReport, folder: string): void {
  const failed = failedGuests(report);
  if (failed.length === 0) return;
  throw new KilnError({
    code: 'smoke-failed',
    message: `${failed.length} of ${report.guests.length} artifacts failed their smoke run\n\n${smokeTable(report)}`,
    hint: `The reports, and the serial log of each guest, are in ${folder}.`,
  });
}
