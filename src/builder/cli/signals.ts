import { interrupted } from '../errors.ts';

/** Ctrl-C under npm arrives twice: from the terminal, and passed on by npm. */
const ONE_KEYPRESS_MS = 1000;

/**
 * The first Ctrl-C, SIGTERM or SIGHUP asks everything to stop and clean up; one that comes after that on its own
 * account calls `force`.
 * @returns aborted with an `interrupted` error
 */
export function abortOnSignals(force: () => void): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) {
        first = performance.now();
        controller.abort(interrupted());
      } else if (performance.now() - first > ONE_KEYPRESS_MS) force();
    });
  }
  return controller.signal;
}
