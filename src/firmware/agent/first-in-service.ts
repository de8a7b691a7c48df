import { uptime } from 'node:os';
import { createAtomically } from '../platform/atomic-file.ts';
import { readIfThere } from '../platform/read-if-there.ts';

/** When the appliance was first in service since the machine was started. It outlives the agent, however that ends. */
export class FirstInService {
  readonly #path: string;
  #seconds: number | null;

  private constructor(path: string, seconds: number | null) {
    this.#path = path;
    this.#seconds = seconds;
  }

  static async read(path: string): Promise<FirstInService> {
    const text = await readIfThere(path);
    return new FirstInService(path, text === '' ? null : Number(text));
  }

  /** From the kernel's start; null before. */
  get seconds(): number | null {
    return this.#seconds;
  }

  /** Tells that it is in service now. */
  note(): void {
    if (this.#seconds !== null) return;
    this.#seconds = uptime();
    // Whole or not at all: half a number would be another moment.
    void createAtomically(this.#path, String(this.#seconds), 0o644).catch(() => undefined);
  }
}
