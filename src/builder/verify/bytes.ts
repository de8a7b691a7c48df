import { type FileHandle, open } from 'node:fs/promises';

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

  /** @returns fewer bytes than asked for where the stretch ends before */
  async read(start: number, length: number): Promise<Buffer> {
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

  /** @throws {RangeError} where the stretch ends before */
  async exactly(start: number, length: number): Promise<Buffer> {
    const buffer = await this.read(start, length);
    if (buffer.length < length)
      throw new RangeError(`${length} bytes at ${start} reach past the end at ${this.length}`);
    return buffer;
  }
}
