/** How steps tell a person or a machine what is going on. The terminal, plain and JSON displays implement it. */
export interface Progress {
  /**
   * Runs `work` as a named step and shows its name, state and elapsed time.
   * @param name stable and short, for JSON and timings: `base`, `wrap/vmware`
   * @param title for a person: `Unpack and configure Debian packages`
   */
  step<T>(name: string, title: string, work: (step: StepProgress) => Promise<T>): Promise<T>;
  /** One line that stays on the screen. */
  note(line: string): void;
}

export interface StepProgress {
  /** Replaces the step's current detail: the last line of output, or `43 %`. */
  detail(text: string): void;
  /** Marks the step as answered from the cache. */
  cached(why: string): void;
}
