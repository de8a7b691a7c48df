import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from './read-if-there.ts';
import { runScript } from './run-script.ts';

/** 12 of 32 letters and digits; provisioners/85-console, setup-code, makes it. */
const CODE = /^[A-HJ-NP-Z2-9]{12}$/;

/**
 * The one-time code on the console of an appliance that nobody can log in to yet. Whoever has it may set the appliance
 * up. Only root reads it; whoever lets others try limits how often, for here every try is answered.
 */
export class SetupCode {
  readonly #root: string;
  readonly #path: string;

  constructor(root: string) {
    this.#root = root;
    this.#path = join(root, 'var/lib/kiln/setup-code');
  }

  /** Whether the appliance waits to be set up. A code that somebody's key or password made worthless is removed. */
  async isOpen(): Promise<boolean> {
    await runScript(this.#root, 'setup-code');
    return (await this.#read()) !== undefined;
  }

  /**
   * Uses the code up. Small letters count as large ones, hyphens and blanks do not count. The time it takes tells nothing.
   * @returns false, and nothing changes, when it is another one or there is none
   */
  async claim(given: string): Promise<boolean> {
    if (!(await this.isOpen())) return false;
    const code = await this.#read();
    if (code === undefined || !sameText(given.toUpperCase().replace(/[-\s]/g, ''), code)) return false;
    // Of two who come at once, the one who gets hold of the file has it, if it is still the same.
    const taken = `${this.#path}.${randomUUID()}`;
    try {
      await rename(this.#path, taken);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
    const isSame = codeIn(await readIfThere(taken)) === code;
    if (isSame) await rm(taken);
    else await rename(taken, this.#path);
    return isSame;
  }

  async #read(): Promise<string | undefined> {
    return codeIn(await readIfThere(this.#path));
  }
}

function codeIn(file: string): string | undefined {
  const text = file.replace(/[-\s]/g, '');
  return CODE.test(text) ? text : undefined;
}

/** Hashes are equally long, which `timingSafeEqual` wants and which hides the length. */
function sameText(one: string, other: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(one), hash(other));
}
