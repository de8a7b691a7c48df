import { type FileHandle, open } from 'node:fs/promises';

const PIECE_BYTES = 2 ** 16;
const zeros = Buffer.alloc(PIECE_BYTES);

/** A stretch of a file that is read at places. */
export class Bytes {
  readonly #file: FileHandle;
  readonly #start: number;
  readonly length: number;

  private constructor(file: FileHandle, start: number, length: number) {
    this.#file = file;
    this.#start = start;
    this.length = length;
  }

  /** Opens a file while `work` runs. */
  static async with<T>(path: string, work: (bytes: Bytes) => Promise<T>): Promise<T> {
    const file = await open(path, 'r');
    try {
      return await work(new Bytes(file, 0, (await file.stat()).size));
    } finally {
      await file.close();
    }
  }

  /** A part of it, as a stretch of its own. */
  part(start: number, length: number): Bytes {
    return new Bytes(this.#file, this.#start + start, Math.max(0, Math.min(length, this.length - start)));
  }

  /**
   * @param length a file can ask for any: bound it by what the format needs, for so much memory is taken
   * @returns fewer bytes than asked for where the stretch ends before
   * @throws {RangeError} for a place before the stretch
   */
  async read(start: number, length: number): Promise<Buffer> {
    if (start < 0) throw new RangeError(`${length} bytes at ${start} lie before the beginning`);
    const size = Math.max(0, Math.min(length, this.length - start));
    const buffer = Buffer.alloc(size);
    let done = 0;
    while (done < size) {
      const { bytesRead } = await this.#file.read(buffer, done, size - done, this.#start + start + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return buffer.subarray(0, done);
  }

  /** Whether a stretch of any length is zeros; what would lie past the end counts as such. */
  async isZeros(start: number, length: number): Promise<boolean> {
    const end = Math.min(start + length, this.length);
    for (let at = start; at < end; at += PIECE_BYTES) {
      const piece = await this.read(at, Math.min(PIECE_BYTES, end - at));
      if (!piece.equals(zeros.subarray(0, piece.length))) return false;
    }
    return true;
  }

  /** @throws {RangeError} where the stretch ends before */
  async exactly(start: number, length: number): Promise<Buffer> {
    const buffer = await this.read(start, length);
    if (buffer.length < length)
      throw new RangeError(`${length} bytes at ${start} reach past the end at ${this.length}`);
    return buffer;
  }
}
