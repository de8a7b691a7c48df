import { Command } from 'commander';
import type { Streams } from '../report/progress/display.ts';
import { addBake } from './commands/bake.ts';
import { addCache } from './commands/cache.ts';
import { addChannel } from './commands/channel/channel.ts';
import { addCheck } from './commands/check.ts';
import { addRender } from './commands/render.ts';
import { addRun } from './commands/run.ts';
import { addSign } from './commands/sign.ts';
import { addSmoke } from './commands/smoke.ts';
import { addVerify } from './commands/verify.ts';
import type { Start } from './session.ts';

/** Where the width is not known: a pipe, a file. */
const HELP_COLUMNS = 80;

/** The command line with all its commands. @param start makes the action of each */
export function makeProgram(start: Start, streams: Streams): Command {
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
  for (const add of [addCheck, addRender, addBake, addVerify, addSmoke, addSign, addRun, addChannel, addCache])
    add(program, start);
  return program;
}
