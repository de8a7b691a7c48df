import { open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

export const MINUTES_A_DAY = 1440;
export const MINUTE_MS = 60_000;
const HEADER_BYTES = 4096;
const MAGIC = 'kiln history 1';
const CRC_BYTES = 4;
const VALUE_BYTES = 4;

/**
 * A day of minutes. One header of 4096 bytes names the columns; then each minute has a slot of its own: CRC-32 of the rest
 * and of the minute, then a 32-bit float for each column, little-endian, NaN where there is no value. The place of a value
 * is its time, so whatever the clock does there is one value for a minute, and all are in order. A slot that a power cut
 * tore does not match its CRC and counts as empty. The file has its whole size from the start: later writes need no room.
 */
export interface DayFile {
  readonly path: string;
  /** `2026-01-31`, UTC. */
  readonly day: string;
  /** Counts up with each file that is made; what to remove first is not asked of a clock. */
  readonly sequence: number;
  readonly columns: readonly string[];
}

/** @returns the whole of a file without any values */
export function emptyDay(columns: readonly string[]): Buffer {
  const text = `${MAGIC}\n${JSON.stringify(columns)}\n`;
  const bytes = Buffer.alloc(HEADER_BYTES + MINUTES_A_DAY * slotBytes(columns.length));
  if (Buffer.byteLength(text) > HEADER_BYTES) throw new Error('more columns than a header takes');
  bytes.write(text);
  return bytes;
}

/** @returns the columns of a file; undefined when it is none of ours */
export async function readColumns(path: string): Promise<string[] | undefined> {
  const file = await open(path, 'r');
  try {
    const header = Buffer.alloc(HEADER_BYTES);
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, 0);
    const [magic, list = ''] = header.toString('utf8', 0, bytesRead).split('\n');
    if (magic !== MAGIC) return undefined;
    const columns: unknown = JSON.parse(list);
    const isList = Array.isArray(columns) && columns.every((one) => typeof one === 'string');
    const whole = isList && (await file.stat()).size === HEADER_BYTES + MINUTES_A_DAY * slotBytes(columns.length);
    return whole ? columns : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}

/** Writes one minute and flushes it to the disk: once a minute, that costs nothing. @param minute of the day */
export async function writeMinute(
  { path, columns }: DayFile,
  minute: number,
  values: ReadonlyMap<string, number>,
): Promise<void> {
  const slot = Buffer.alloc(slotBytes(columns.length));
  columns.forEach((name, index) => {
    slot.writeFloatLE(values.get(name) ?? Number.NaN, CRC_BYTES + index * VALUE_BYTES);
  });
  slot.writeUInt32LE(checksum(slot.subarray(CRC_BYTES), minute));
  const file = await open(path, 'r+');
  try {
    await file.write(slot, 0, slot.length, HEADER_BYTES + minute * slot.length);
    await file.datasync();
  } finally {
    await file.close();
  }
}

/** Room to read one file after another without leaving megabytes behind each time. For one reader at a time. */
export class DayReader {
  #bytes = Buffer.alloc(0);
  /** Views of what the CRC of each slot is of: a month has 41,760, and making them anew is most of the work. */
  #checked: readonly Buffer[] = [];

  /** Gives each value of a column, with its minute of the day. */
  async read({ path, columns }: DayFile, column: string, take: (minute: number, value: number) => void): Promise<void> {
    const index = columns.indexOf(column);
    if (index < 0) return;
    const size = slotBytes(columns.length);
    this.#makeRoom(size);
    const file = await open(path, 'r');
    let length: number;
    try {
      length = (await file.read(this.#bytes, 0, MINUTES_A_DAY * size, HEADER_BYTES)).bytesRead;
    } finally {
      await file.close();
    }
    for (let minute = 0; (minute + 1) * size <= length; minute++) {
      const checked = this.#checked[minute];
      if (checked === undefined || this.#bytes.readUInt32LE(minute * size) !== checksum(checked, minute)) continue;
      const value = checked.readFloatLE(index * VALUE_BYTES);
      if (!Number.isNaN(value)) take(minute, value);
    }
  }

  #makeRoom(size: number): void {
    const bytes = MINUTES_A_DAY * size;
    if (this.#bytes.length === bytes) return;
    this.#bytes = Buffer.alloc(bytes);
    this.#checked = Array.from({ length: MINUTES_A_DAY }, (_, minute) =>
      this.#bytes.subarray(minute * size + CRC_BYTES, (minute + 1) * size),
    );
  }
}

function slotBytes(columns: number): number {
  return CRC_BYTES + columns * VALUE_BYTES;
}

/** Never 0, which is what an empty slot holds. The minute counts: a slot is worth nothing in another's place. */
function checksum(values: Buffer, minute: number): number {
  return crc32(values, minute + 1) || 1;
}
