import type { Exec } from './exec/run.ts';
import type { Progress } from './progress.ts';

/** What every step is given: the door to external programs, the display, and where it may write. */
export interface Context {
  readonly exec: Exec;
  readonly progress: Progress;
  /** Folder of this run alone, removed at its end; in memory when it fits. Absolute. */
  readonly scratch: string;
  /** Root of the cache, `~/.cache/kiln` unless told otherwise. Absolute. */
  readonly cacheDir: string;
}
