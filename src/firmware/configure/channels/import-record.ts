import { readFile } from 'node:fs/promises';
import type { HandedOver } from '../../../contract/configuration/handed-over.ts';
import type { PlatformChannel } from '../../../contract/configuration/precedence.ts';
import { replaceAtomically } from '../../platform/atomic-file.ts';

/** What is remembered of documents that platforms handed over. */
export interface ImportRecord {
  /** cloud-init's name for this machine; null: no platform ever named it. */
  readonly instance: string | null;
  /** The newest version of the configuration when this instance began: those up to it were another machine's. */
  readonly since: number;
  /** Digest of the document that was decided on last, by channel. */
  readonly decided: Readonly<Partial<Record<PlatformChannel, string>>>;
  readonly outcomes: readonly HandedOver[];
}

const begun: ImportRecord = { instance: null, since: 0, decided: {}, outcomes: [] };

/** @returns what is remembered; as good as nothing when it was damaged: then what is offered is decided on anew */
export async function readImportRecord(path: string): Promise<ImportRecord> {
  try {
    return { ...begun, ...(JSON.parse(await readFile(path, 'utf8')) as Partial<ImportRecord>) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || error instanceof SyntaxError) return begun;
    throw error;
  }
}

/** For root alone: whoever has the digest of a document can try passwords against it. */
export async function writeImportRecord(path: string, record: ImportRecord): Promise<void> {
  const content = `${JSON.stringify(record, null, 2)}\n`;
  await replaceAtomically(path, { content, mode: 0o600, gid: process.getegid?.() ?? 0 });
}

/**
 * A new instance begins anew: it is a clone, and what was decided and changed was the original's business.
 * @param instance null: no platform says so at this start, which tells nothing
 * @param newest version of the configuration there is
 */
export function forInstance(record: ImportRecord, instance: string | null, newest: number): ImportRecord {
  if (instance === null || instance === record.instance) return record;
  if (record.instance === null) return { ...record, instance };
  return { ...begun, instance, since: newest };
}
