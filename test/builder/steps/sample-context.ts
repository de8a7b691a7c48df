import type { Context } from '../../../src/builder/context.ts';
import { createExec } from '../../../src/builder/exec/run.ts';

/** A context with a silent display that keeps the names of the steps. */
export function sampleContext(signal: AbortSignal, onDetail: (text: string) => void = () => undefined) {
  const steps: string[] = [];
  const ctx: Context = {
    exec: createExec(signal),
    progress: {
      step: (name, _title, work) => {
        steps.push(name);
        return work({ detail: onDetail, cached: () => undefined });
      },
      note: () => undefined,
    },
    scratch: '/nonexistent',
    cacheDir: '/nonexistent',
  };
  return { ctx, steps };
}
