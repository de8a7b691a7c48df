import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';

/** A finished file: its length in bytes and its SHA-256 as 64 hex digits. */
export interface FileDigest {
  sizeBytes: number;
  sha256: string;
}

/** Writes a new file from front to back and hashes it on the way. */
export class DigestFile {
  readonly path: string;
  readonly #handle: FileHandle;
  readonly #hash: Hash = createHash('sha256');
  #bytes = 0;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  /** @throws the file system's error; EEXIST when `path` exists. */
  static async create(path: string): Promise<DigestFile> {
    return new DigestFile(path, await open(path, 'wx', 0o644));
  }

  /** Bytes written so far. */
  get position(): number {
    return this.#bytes;
  }

  async write(...parts: readonly Uint8Array[]): Promise<void> {
    const [first] = parts;
    const data = parts.length === 1 && first !== undefined ? first : Buffer.concat(parts);
    this.#hash.update(data);
    await writeFully(this.#handle, data, this.#bytes);
    this.#bytes += data.length;
  }

  async close(): Promise<FileDigest> {
    await this.#handle.close();
    return { sizeBytes: this.#bytes, sha256: this.#hash.digest('hex') };
  }

  /** Closes and removes the unfinished file. */
  async abandon(): Promise<void> {
    await this.#handle.close();
    await rm(this.path, { force: true });
  }
}

/** One write may be cut short (a full disk, a signal), so this asks again until all is written or an error comes. */
export async function writeFully(handle: FileHandle, data: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < data.length; ) {
    done += (await handle.write(data, done, data.length - done, position + done)).bytesWritten;
  }
}
