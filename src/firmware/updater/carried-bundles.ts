import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rename, rm, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { flushFolder } from '../platform/atomic-file.ts';
import type { Progress } from './appliance.ts';
import type { Target } from './channel/refresh.ts';
import { SPARE_BYTES } from './rules/facts.ts';

const NAME = /^([0-9a-f]{64})\.raucb$/;

/** Bundles that were carried over, on the data partition: the disc may be gone when the window opens. */
export class CarriedBundles {
  readonly #folder: string;

  /** @param updates folder of the updates */
  constructor(updates: string) {
    this.#folder = join(updates, 'bundles');
  }

  /** @returns path of a bundle that is here as a whole */
  async find(manifestHash: string): Promise<string | undefined> {
    const path = this.#path(manifestHash);
    return (await stat(path).catch(() => undefined))?.isFile() === true ? path : undefined;
  }

  /**
   * Copies a bundle here, if it is what the channel's metadata tells.
   * @throws {Error} with what is wrong with it, or how much space is missing; nothing is left of it then
   */
  async take(from: string, manifestHash: string, target: Target, progress: Progress): Promise<void> {
    if ((await this.find(manifestHash)) !== undefined) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const { bavail, bsize } = await statfs(this.#folder);
    const missing = target.length + SPARE_BYTES - bavail * bsize;
    if (missing > 0)
      throw new Error(`${target.path} has ${target.length} bytes, of which ${missing} find no space here`);
    const partial = join(this.#folder, `.${manifestHash}.new`);
    const hash = createHash('sha256');
    let bytes = 0;
    try {
      await rm(partial, { force: true });
      const file = await open(partial, 'wx', 0o600);
      try {
        for await (const chunk of createReadStream(from, { end: target.length, highWaterMark: 1024 * 1024 })) {
          const piece: Buffer = chunk;
          bytes += piece.length;
          hash.update(piece);
          // Unlike write(), it goes on until all of it is written.
          await file.writeFile(piece);
          progress(`copying ${target.path}`, (100 * bytes) / target.length);
        }
        await file.sync();
      } finally {
        await file.close();
      }
      if (bytes !== target.length || hash.digest('hex') !== target.sha256)
        throw new Error(`${from} is not the file that the channel names: it was cut short or changed`);
      await rename(partial, this.#path(manifestHash));
      await flushFolder(this.#folder);
    } finally {
      await rm(partial, { force: true });
    }
  }

  /** Removes all but one. */
  async forget(except: string | null): Promise<void> {
    const names = await readdir(this.#folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    for (const name of names)
      if (except === null || NAME.exec(name)?.[1] !== except) await rm(join(this.#folder, name), { force: true });
  }

  #path(manifestHash: string): string {
    return join(this.#folder, `${manifestHash}.raucb`);
  }
}
