import { main } from './cli/main.ts';
import { abortOnSignals } from './cli/signals.ts';
import type { Work } from './cli/work.ts';

const INTERRUPTED_EXIT = 130;

/** Loaded only when they are called, so that `kiln --help` and `kiln check` answer at once. */
const work: Work = {
  bake: async () => {
    throw new Error('bake is not wired');
  },
  render: async () => {
    throw new Error('render is not wired');
  },
  smoke: async () => {
    throw new Error('smoke is not wired');
  },
};

/**
 * The `kiln` command in this process: its arguments, streams, environment and signals.
 * @param exit ends the process at once; called for a second Ctrl-C only
 * @returns the exit code
 */
export async function runCommandLine(exit: (code: number) => void): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // EPIPE: whoever read has heard enough, as in `kiln cache list | head`. EIO: the terminal was closed.
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  return main(process.argv.slice(2), {
    streams: { out: process.stdout, err: process.stderr },
    env: process.env,
    signal: abortOnSignals(() => exit(INTERRUPTED_EXIT)),
    work,
  });
}
