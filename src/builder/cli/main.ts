import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { quote } from '../exec/quote.ts';
import { cacheFolder } from '../host/cache-folder.ts';
import { chooseDisplay } from '../report/progress/choose.ts';
import type { Display, Streams } from '../report/progress/display.ts';
import { toFailure, usageError } from './failures.ts';
import { makeProgram } from './program.ts';
import type { Session, Start } from './session.ts';
import type { Work } from './work.ts';

/** What the process gives the command line; tests give their own. */
export interface Process {
  streams: Streams;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  work: Work;
}

interface GlobalOptions {
  json?: true;
  cacheDir?: string;
  output?: string;
}

/**
 * Runs one `kiln` command.
 * @param argv what follows the program's name
 * @returns the process exit code: 0 done, 1 told failure, 2 bad input, 70 a bug of ours, 130 interrupted
 */
export async function main(argv: readonly string[], process: Process): Promise<number> {
  // Set before the command line is understood, so that its mistakes come in the form that was asked for.
  let display: Display = chooseDisplay(argv.includes('--json'), process.streams, process.env);
  const start: Start =
    (work) =>
    async (...given) => {
      const command = given.at(-1);
      if (!(command instanceof Command)) throw new Error('commander calls an action with its command last');
      const options = command.optsWithGlobals<GlobalOptions>();
      display = chooseDisplay(options.json === true, process.streams, process.env);
      const session: Session = {
        display,
        work: process.work,
        cacheDir: cacheFolder(options.cacheDir, process.env),
        outputRoot: resolve(options.output ?? 'build'),
        env: process.env,
        signal: process.signal,
        commandLine: quote(['kiln', ...argv]),
      };
      await work(session, command.opts(), command.args);
    };
  try {
    await makeProgram(start, process.streams).parseAsync(argv, { from: 'user' });
    process.signal.throwIfAborted();
    return 0;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const told = error instanceof CommanderError ? usageError(error, argv) : error;
    const { failure, exitCode } = toFailure(told, process.signal);
    display.failure(failure);
    return exitCode;
  } finally {
    display.close();
  }
}
