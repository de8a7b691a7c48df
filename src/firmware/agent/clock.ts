/** Time, so that a test can let a month pass in a second. */
export interface Clock {
  /** What the wall clock says: it may jump, also by years, both ways. */
  now(): Date;
  /** Milliseconds since some moment, never going back. */
  elapsedMs(): number;
  /** @returns what calls it off */
  after(ms: number, task: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => new Date(),
  elapsedMs: () => performance.now(),
  after(ms, task) {
    const timer = setTimeout(task, ms);
    return () => clearTimeout(timer);
  },
};
