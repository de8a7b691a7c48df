import { FieldReader } from '../payload-checks/field-reader.ts';
import { orNull, readTime, readVersion, SENTENCE, WHO } from './field-forms.ts';

export const auditResults = ['done', 'refused', 'failed'] as const;

/** One line of the audit log of updates: who wanted or did what, when, and what came of it. */
export interface AuditEntry {
  /** RFC 3339. */
  readonly time: string;
  /** A login name, `policy`, or `updater` for what it does by itself. */
  readonly who: string;
  /** A command of the protocol, or what the updater did: `approve`, `install`, `commit`. */
  readonly what: string;
  readonly version: string | null;
  readonly result: (typeof auditResults)[number];
  /** A sentence: for what was refused, with the id of the rule. */
  readonly detail: string;
}

const WHAT = /^[a-z][a-z-]{0,31}$/;

/** Takes an entry; faults are the reader's. */
export function readAuditEntry(read: FieldReader, value: unknown, at: string): AuditEntry {
  const fields = read.object(value, at, ['time', 'who', 'what', 'version', 'result', 'detail']);
  return {
    time: readTime(read, fields.time, `${at}.time`),
    who: read.text(fields.who, `${at}.who`, WHO),
    what: read.text(fields.what, `${at}.what`, WHAT),
    version: orNull(fields.version, (one) => readVersion(read, one, `${at}.version`)),
    result: read.oneOf(fields.result, `${at}.result`, auditResults),
    detail: read.text(fields.detail, `${at}.detail`, SENTENCE),
  };
}

/** @returns undefined when a line is no entry: a power cut tore it, or somebody else wrote it */
export function parseAuditLine(line: string): AuditEntry | undefined {
  const faults: string[] = [];
  try {
    const entry = readAuditEntry(new FieldReader(faults), JSON.parse(line), 'entry');
    return faults.length === 0 ? entry : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
