import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { quote } from '../exec/quote.ts';
import { cacheFolder } from '../host/cache-folder.ts';
import { chooseDisplay } from '../report/progress/choose.ts';
import type { Display, Streams } from '../report/progress/display.ts';
import { addBake } from './commands/bake.ts';
import { addCache } from './commands/cache.ts';
import { addChannel } from './commands/channel.ts';
import { addCheck } from './commands/check.ts';
import { addRender } from './commands/render.ts';
import { addRun } from './commands/run.ts';
import { addSmoke } from './commands/smoke.ts';
import { addVerify } from './commands/verify.ts';
import { toFailure, usageError } from './failures.ts';
import type { Session, Start } from './session.ts';
import type { Work } from './work.ts';

/** What the process gives the command line; tests give their own. */
export interface Process {
  streams: Streams;
  env: NodeJS.ProcessEnv;
  signal: AbortSignal;
  work: Work;
}

/** Where the width is not known: a pipe, a file. */
const HELP_COLUMNS = 80;

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

function makeProgram(start: Start, streams: Streams): Command {
  const program = new Command('kiln')
    .description('Bakes one hardened Debian appliance into every image shape, and boots each one before it ships.')
    .option('--json', 'print one JSON object a line instead of text')
    .option('--cache-dir <folder>', 'where downloads and finished steps are kept (default: ~/.cache/kiln)')
    .option('--output <folder>', 'where releases go: <folder>/<image>/<version> (default: build)')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => streams.out.write(text),
      writeErr: (text) => streams.err.write(text),
      // As wide as the stream it goes to, which is not always this process's own.
      getOutHelpWidth: () => streams.out.columns ?? HELP_COLUMNS,
      getErrHelpWidth: () => streams.err.columns ?? HELP_COLUMNS,
      // Mistakes are told by toFailure like every other one.
      outputError: () => {},
    })
    .configureHelp({ showGlobalOptions: true })
    .addHelpText(
      'after',
      `
Examples:
  kiln check                          what this host still needs, and the command that installs it
  kiln bake images/reference          all artifacts, into build/reference/<version>
  kiln smoke build/reference/1.0.0    boot each of them

Exit codes: 0 done, 1 failed, 2 bad input, 70 a bug in Kiln, 130 interrupted.`,
    );
  for (const add of [addCheck, addRender, addBake, addVerify, addSmoke, addRun, addChannel, addCache])
    add(program, start);
  return program;
}
