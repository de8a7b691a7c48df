import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DayFile, DayReader, emptyDay, MINUTE_MS, MINUTES_A_DAY, readColumns, writeMinute } from './day-file.ts';

/** 29 whole days, today, and two for days on which the columns changed or the clock was wrong. */
export const KEPT_FILES = 32;
const NAME = /^(\d{8})-(\d{4}-\d\d-\d\d)\.history$/;

/**
 * Values a minute, for as many days as there are files kept. Files are replaced in the order they were made, whatever day
 * they are of: a clock that jumps to another year and back costs one file and not all of them.
 */
export class History {
  readonly #folder: string;
  readonly #columns: readonly string[];
  readonly #reader = new DayReader();
  /** Whoever asks waits for those who asked before. */
  #reading: Promise<void> = Promise.resolve();
  #files: DayFile[] = [];

  private constructor(folder: string, columns: readonly string[]) {
    this.#folder = folder;
    this.#columns = columns;
  }

  /**
   * Looks at what there is. What was never finished is removed, and what is damaged told and removed.
   * @param columns names of the values that will be recorded
   * @throws {Error} when there can be no such folder
   */
  static async open(folder: string, columns: readonly string[]): Promise<History> {
    const history = new History(folder, columns);
    await mkdir(folder, { recursive: true });
    for (const name of (await readdir(folder)).sort()) {
      const path = join(folder, name);
      const [, sequence, day] = NAME.exec(name) ?? [];
      const kept = sequence === undefined ? undefined : await readColumns(path);
      if (kept !== undefined && day !== undefined)
        history.#files.push({ path, day, sequence: Number(sequence), columns: kept });
      else {
        if (sequence !== undefined) process.stderr.write(`${path} is damaged and removed\n`);
        await rm(path, { recursive: true, force: true });
      }
    }
    return history;
  }

  /** Names of values that can be asked for: those recorded now and those of earlier versions. */
  get metrics(): ReadonlySet<string> {
    return new Set([...this.#columns, ...this.#files.flatMap(({ columns }) => columns)]);
  }

  /**
   * Keeps the values of a minute; another's of the same minute give way. On return they are on the disk.
   * @throws {Error} when the disk does not take them: this minute has none then
   */
  async record(now: Date, values: ReadonlyMap<string, number>): Promise<void> {
    const day = now.toISOString().slice(0, 10);
    // Before 1970 or after 9999 there is no such name, and no appliance either.
    if (now.getTime() < 0 || day.startsWith('+')) throw new Error(`the clock says ${now.toISOString()}`);
    const isCurrent = (file: DayFile): boolean => file.day === day && sameNames(file.columns, this.#columns);
    const file = this.#files.findLast(isCurrent) ?? (await this.#add(day));
    await writeMinute(file, Math.floor(now.getTime() / MINUTE_MS) % MINUTES_A_DAY, values);
  }

  /**
   * Gives the values of a metric to `take`, oldest first.
   * @param from inclusive, milliseconds since 1970
   * @param to exclusive
   */
  async read(metric: string, from: number, to: number, take: (time: number, value: number) => void): Promise<void> {
    const mine = this.#reading.then(() => this.#readDays(metric, from, to, take));
    this.#reading = mine.catch(() => undefined);
    return mine;
  }

  async #readDays(
    metric: string,
    from: number,
    to: number,
    take: (time: number, value: number) => void,
  ): Promise<void> {
    const inDays = groupByDay(this.#files);
    const merged = new Float64Array(MINUTES_A_DAY);
    for (const day of [...inDays.keys()].sort()) {
      const start = Date.parse(day);
      if (start >= to || start + MINUTES_A_DAY * MINUTE_MS <= from) continue;
      merged.fill(Number.NaN);
      for (const file of inDays.get(day) ?? []) {
        await this.#reader
          .read(file, metric, (minute, value) => {
            merged[minute] = value;
          })
          .catch(ifGone);
      }
      merged.forEach((value, minute) => {
        const time = start + minute * MINUTE_MS;
        if (!Number.isNaN(value) && time >= from && time < to) take(time, value);
      });
    }
  }

  async #add(day: string): Promise<DayFile> {
    // The oldest goes first: on a full disk its room is what the new one gets.
    for (const old of this.#files.splice(0, Math.max(0, this.#files.length - KEPT_FILES + 1))) {
      await rm(old.path, { force: true });
    }
    const sequence = (this.#files.at(-1)?.sequence ?? 0) + 1;
    const path = join(this.#folder, `${String(sequence).padStart(8, '0')}-${day}.history`);
    await createWhole(path, emptyDay(this.#columns));
    const file = { path, day, sequence, columns: this.#columns };
    this.#files.push(file);
    return file;
  }
}

/** A file appears whole or not at all, also when the power fails. */
async function createWhole(path: string, bytes: Buffer): Promise<void> {
  const partial = `${path}.new`;
  try {
    const file = await open(partial, 'w', 0o640);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function sameNames(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((name, index) => name === other[index]);
}

function groupByDay(files: readonly DayFile[]): Map<string, DayFile[]> {
  const days = new Map<string, DayFile[]>();
  for (const file of files) days.set(file.day, [...(days.get(file.day) ?? []), file]);
  return days;
}

/** It made room for a newer one while it was asked for. */
function ifGone(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
