import { interrupted } from '../errors.ts';

/**
 * The first Ctrl-C, SIGTERM or SIGHUP asks everything to stop and clean up; a second one calls `force`.
 * @returns aborted with an `interrupted` error
 */
export function abortOnSignals(force: () => void): AbortSignal {
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(name, () => {
      if (controller.signal.aborted) force();
      else controller.abort(interrupted());
    });
  }
  return controller.signal;
}
