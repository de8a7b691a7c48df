import type { KilnError } from '../../errors.ts';
import type { Progress } from '../../progress.ts';

/** How long a step took, for `kiln bake`'s last table and release.json. */
export interface Timing {
  name: string;
  /** Wall time from the step's start, in seconds. */
  seconds: number;
  /** Whether the answer came from the cache. */
  cached: boolean;
}

/** A progress display, and the rest of what a command tells. One of three: terminal, plain lines, JSON lines. */
export interface Display extends Progress {
  /** Finished steps, in the order they ended. */
  readonly timings: readonly Timing[];
  /** The command's answer: `data` for machines, `text` (lines, no final newline) for people. */
  result(data: object, text: string): void;
  /** The failure that ends the command. `stack` only when it is a bug of ours. */
  failure(error: Failure): void;
  /** Leaves the terminal as it was. */
  close(): void;
}

export interface Failure extends Pick<KilnError, 'message' | 'hint'> {
  /** A code of errors.ts, or `bug`. */
  code: string;
  stack?: string;
}

/** Where a display writes: standard output takes results, standard error takes everything else. */
export interface Streams {
  out: NodeJS.WritableStream & { columns?: number };
  err: NodeJS.WritableStream & { isTTY?: boolean; columns?: number };
}

/** Elapsed time for a person: `0.4 s`, `12 s`, `3 min 07 s`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}
