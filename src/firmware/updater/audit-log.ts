import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type AuditEntry, parseAuditLine } from '../../contract/updates/audit.ts';
import { flushFolder } from '../platform/atomic-file.ts';
import { readIfThere } from '../platform/read-if-there.ts';

/** A file is put aside when it has this size; so many older ones are kept. Together some ten thousand entries. */
const FILE_BYTES = 1024 * 1024;
const OLDER_FILES = 4;
/** Root alone writes it, and reads it. */
const MODE = 0o600;

/** Who wanted and did what: lines of JSON, only ever appended to. */
export class AuditLog {
  readonly #path: string;
  readonly #fileBytes: number;
  #file: FileHandle;
  #size: number;
  /** Whether the last line may be a part of one: the disk was full. */
  #torn = false;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(path: string, fileBytes: number, file: FileHandle, size: number) {
    this.#path = path;
    this.#fileBytes = fileBytes;
    this.#file = file;
    this.#size = size;
  }

  /** @param path of the newest file; older ones have `.1` to `.4` behind it */
  static async open(path: string, fileBytes = FILE_BYTES): Promise<AuditLog> {
    await mkdir(dirname(path), { recursive: true });
    const file = await openFile(path);
    const { size } = await file.stat();
    const log = new AuditLog(path, fileBytes, file, size);
    // A line that a power cut tore stays where it is, and the next one begins anew.
    if (size > 0 && !(await readFile(path)).subarray(-1).equals(Buffer.from('\n'))) await log.#write('\n');
    return log;
  }

  /** Adds an entry. When this is over, a power cut does not undo it. */
  async add(entry: AuditEntry): Promise<void> {
    const line = `${JSON.stringify(entry)}\n`;
    if (parseAuditLine(line) === undefined) throw new Error(`no entry for the audit log: ${line.slice(0, 200)}`);
    const added = this.#last.then(async () => {
      if (this.#size > 0 && this.#size + Buffer.byteLength(line) > this.#fileBytes) await this.#putAside();
      await this.#write(line);
    });
    this.#last = added.catch(() => undefined);
    await added;
  }

  /** @returns the newest entries, newest first. Torn and foreign lines are passed over */
  async newest(limit: number): Promise<AuditEntry[]> {
    await this.#last;
    const entries: AuditEntry[] = [];
    for (let age = 0; age <= OLDER_FILES && entries.length < limit; age++) {
      const lines = (await readIfThere(this.#aged(age))).split('\n').reverse();
      entries.push(...lines.flatMap((line) => parseAuditLine(line) ?? []));
    }
    return entries.slice(0, limit);
  }

  async close(): Promise<void> {
    await this.#last;
    await this.#file.close();
  }

  async #write(text: string): Promise<void> {
    const bytes = Buffer.from(this.#torn ? `\n${text}` : text);
    this.#torn = true;
    this.#size += bytes.length;
    await this.#file.appendFile(bytes);
    await this.#file.datasync();
    this.#torn = false;
  }

  async #putAside(): Promise<void> {
    await rm(this.#aged(OLDER_FILES), { force: true });
    for (let age = OLDER_FILES - 1; age >= 0; age--) {
      await rename(this.#aged(age), this.#aged(age + 1)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    }
    const before = this.#file;
    this.#file = await openFile(this.#path);
    this.#size = 0;
    this.#torn = false;
    await before.close();
  }

  #aged(age: number): string {
    return age === 0 ? this.#path : `${this.#path}.${age}`;
  }
}

async function openFile(path: string): Promise<FileHandle> {
  const file = await open(path, 'a', MODE);
  await flushFolder(dirname(path));
  return file;
}
