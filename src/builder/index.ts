import { toFailure } from './cli/failures.ts';
import { main } from './cli/main.ts';
import { abortOnSignals } from './cli/signals.ts';
import type { Work } from './cli/work.ts';
import { failureText } from './report/progress/failure-text.ts';

const INTERRUPTED_EXIT = 130;

/** Loaded only when they are called, so that `kiln --help` and `kiln check` answer at once. */
const work: Work = {
  bake: async (ctx, options) => (await import('./bake.ts')).bake(ctx, options),
  render: async (options) => (await import('./render-image.ts')).renderImage(options),
  smoke: async (ctx, { folder, ...options }) => {
    const [{ smoke }, { smokeTable }] = await Promise.all([
      import('./smoke/smoke.ts'),
      import('./report/smoke-table.ts'),
    ]);
    const report = await smoke(ctx, { releaseDir: folder, ...options });
    return { text: smokeTable(report), report };
  },
  verify: async (ctx, options) => {
    const [{ verifyRelease }, { verifyText }] = await Promise.all([
      import('./verify/verify.ts'),
      import('./report/verify-text.ts'),
    ]);
    const report = await verifyRelease(ctx, { ...options, checksums: true });
    return { text: verifyText(report), report, broken: report.findings.length };
  },
  sign: async (ctx, options) => (await import('./sign-release.ts')).sign(ctx, options),
  run: async (ctx, options) => {
    const { attend } = await import('./smoke/attend.ts');
    return attend(ctx, { ...options, input: process.stdin, output: process.stdout });
  },
};

/**
 * The `kiln` command in this process: its arguments, streams, environment and signals.
 * @param exit ends the process at once; called for a second Ctrl-C, and for an error that came from nowhere
 * @returns the exit code
 */
export async function runCommandLine(exit: (code: number) => void): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // EPIPE: whoever read has heard enough, as in `kiln cache list | head`. EIO: the terminal was closed.
      if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error;
    });
  }
  const signal = abortOnSignals(() => exit(INTERRUPTED_EXIT));
  // A promise that nobody waited for: told like everything else, and the next run cleans up what is left.
  process.on('uncaughtException', (error) => {
    const { failure, exitCode } = toFailure(error, signal);
    process.stderr.write(failureText(failure, false));
    exit(exitCode);
  });
  return main(process.argv.slice(2), {
    streams: { out: process.stdout, err: process.stderr },
    env: process.env,
    signal,
    work,
  });
}
