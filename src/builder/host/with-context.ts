import type { Context } from '../context.ts';
import { createExec } from '../exec/run.ts';
import type { Progress } from '../progress.ts';
import { createScratch } from './scratch.ts';

export interface ContextOptions {
  progress: Progress;
  /** Absolute. */
  cacheDir: string;
  /** Stops every running program when aborted. */
  signal: AbortSignal;
  /** What the run will write to its scratch folder at most. */
  scratchBytes: number;
}

/** Gives `work` a context with a scratch folder of its own and removes that folder however the work ends. */
export async function withContext<T>(options: ContextOptions, work: (ctx: Context) => Promise<T>): Promise<T> {
  const { progress, cacheDir, signal } = options;
  const scratch = await createScratch({ cacheDir, bytes: options.scratchBytes, note: (line) => progress.note(line) });
  try {
    return await work({ exec: createExec(signal), progress, scratch: scratch.folder, cacheDir });
  } finally {
    await scratch.remove();
  }
}
