import type { Clock } from '../clock.ts';
import { MINUTE_MS } from './day-file.ts';
import type { History } from './history.ts';

/** Just past the minute, so that a timer that fires a little early does not count for the one before. */
const PAST_MS = 20;

/** Records a minute after each minute. What goes wrong is told once, until it goes well again. */
export class Recorder {
  readonly #history: History;
  readonly #values: () => Promise<ReadonlyMap<string, number>>;
  readonly #clock: Clock;
  #callOff: () => void = () => {};
  #stopped = false;
  #isTold = false;

  constructor(history: History, values: () => Promise<ReadonlyMap<string, number>>, clock: Clock) {
    this.#history = history;
    this.#values = values;
    this.#clock = clock;
  }

  start(): void {
    if (this.#stopped) return;
    const rest = MINUTE_MS - (this.#clock.now().getTime() % MINUTE_MS);
    this.#callOff = this.#clock.after(rest + PAST_MS, () => void this.#recordOne().then(() => this.start()));
  }

  stop(): void {
    this.#stopped = true;
    this.#callOff();
  }

  /** A disk that hangs delays the next minute; it does not pile up work. */
  async #recordOne(): Promise<void> {
    try {
      await this.#history.record(this.#clock.now(), await this.#values());
      this.#isTold = false;
    } catch (error) {
      if (!this.#isTold) process.stderr.write(`history: this minute is not kept: ${(error as Error).message}\n`);
      this.#isTold = true;
    }
  }
}
