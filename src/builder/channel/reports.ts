import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FieldReader } from '../../contract/payload-checks/field-reader.ts';
import { SHA256 } from '../../contract/updates/field-forms.ts';
import { parseUpdateReport, type UpdateReport } from '../../contract/updates/update-report.ts';
import { channelInvalid } from './invalid.ts';

/** What a promotion asks of one row of a smoke run. */
export interface BootedGuest {
  readonly name: string;
  readonly verdict: 'passed' | 'failed';
  /** Whether it was put under a fault: then it says nothing of the artifact by itself. */
  readonly faulty: boolean;
  /** SHA-256 of the artifact that was booted. */
  readonly sha256: string;
}

/** The same as `smoke-report.ts` writes. */
const SMOKE_VERSION = 2;
const MOST_GUESTS = 1000;
const NAME = /^[^\p{C}]{1,200}$/u;

/**
 * Reads the report of a release's smoke run, as far as a promotion asks for it.
 * @param folder of the release, absolute
 * @returns undefined when there is none
 * @throws {KilnError} `channel-invalid` for a file that is no such report, with every fault and its place
 */
export async function readSmokeReport(folder: string): Promise<readonly BootedGuest[] | undefined> {
  const path = join(folder, 'smoke/smoke.json');
  const hint = 'Boot the release again: kiln smoke writes the report anew.';
  const document = await readJson(path, hint);
  if (document === undefined) return undefined;
  const faults: string[] = [];
  const read = new FieldReader(faults);
  const { schemaVersion, guests } = read.openObject(document, 'report');
  read.number(schemaVersion, 'schemaVersion', SMOKE_VERSION, SMOKE_VERSION);
  const booted = read.list(guests, 'guests', MOST_GUESTS, (one, at) => guestOf(read, one, at));
  if (faults.length === 0) return booted;
  throw channelInvalid(`${path} is no report of a smoke run:\n  ${faults.slice(0, 20).join('\n  ')}`, hint);
}

/**
 * Reads the report of a release's update run.
 * @param folder of the release, absolute
 * @returns undefined when there is none
 * @throws {KilnError} `channel-invalid` for a file that is no such report
 */
export async function readUpdateReport(folder: string): Promise<UpdateReport | undefined> {
  const path = join(folder, 'update/update.json');
  const hint = 'Copy it again from where the update run was made.';
  const document = await readJson(path, hint);
  if (document === undefined) return undefined;
  const report = parseUpdateReport(document);
  if (report !== undefined) return report;
  throw channelInvalid(`${path} is no report of an update run`, hint);
}

function guestOf(read: FieldReader, value: unknown, at: string): BootedGuest {
  const { name, verdict, fault, artifact } = read.openObject(value, at);
  if (fault !== null) read.openObject(fault, `${at}.fault`);
  return {
    name: read.text(name, `${at}.name`, NAME),
    verdict: read.oneOf(verdict, `${at}.verdict`, ['failed', 'passed']),
    faulty: fault !== null,
    sha256: read.text(read.openObject(artifact, `${at}.artifact`).sha256, `${at}.artifact.sha256`, SHA256),
  };
}

async function readJson(path: string, hint: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) throw channelInvalid(`${path} is no JSON: ${error.message}`, hint, error);
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
