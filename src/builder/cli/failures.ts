import type { CommanderError } from 'commander';
import { interrupted, KilnError } from '../errors.ts';
import type { Failure } from '../report/progress/display.ts';

const BUG_EXIT = 70;

/** What to print for anything that was thrown, and the exit code that goes with it. */
export function toFailure(error: unknown, signal: AbortSignal): { failure: Failure; exitCode: number } {
  const told = signal.aborted ? interrupted() : asTold(error);
  if (told !== undefined) {
    return { failure: { code: told.code, message: told.message, hint: told.hint }, exitCode: told.exitCode };
  }
  const bug = error instanceof Error ? error : new Error(`something that is no error was thrown: ${String(error)}`);
  return {
    failure: {
      code: 'bug',
      message: bug.message,
      hint: 'This is a bug in Kiln; please report it with this output.',
      stack: stackOf(bug),
    },
    exitCode: BUG_EXIT,
  };
}

/** Turns commander's complaint into ours; it brings its own suggestion in brackets. */
export function usageError(error: CommanderError, argv: readonly string[]): KilnError {
  const command = argv.find((arg) => !arg.startsWith('-'));
  const [complaint = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const known = error.code === 'commander.unknownCommand' || command === undefined ? 'kiln' : `kiln ${command}`;
  // With no command at all commander has printed the help and says only "(outputHelp)".
  const message = error.code === 'commander.help' ? 'no command was given' : complaint;
  return new KilnError({
    code: 'usage',
    message,
    hint: `${suggestion === undefined ? '' : `${suggestion.replace(/^\((.*)\)$/, '$1')} `}Run \`${known} --help\`.`,
  });
}

/** A KilnError, or a system error that has a plain meaning wherever it comes from. */
function asTold(error: unknown): KilnError | undefined {
  if (error instanceof KilnError) return error;
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, path } = cause as NodeJS.ErrnoException;
    const where = path === undefined ? '' : `: ${path}`;
    if (code === 'ENOSPC' || code === 'EDQUOT') {
      return new KilnError({
        code: 'disk-full',
        message: `no space left on the disk${where}`,
        hint: 'Free some space, or point --cache-dir or --output at a larger disk, and run the command again.',
        cause: error,
      });
    }
    if (path !== undefined && (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')) {
      return new KilnError({
        code: 'permission-denied',
        message: `Kiln may not read or write there${where}`,
        hint: 'Run as the user who owns it, or name other folders with --cache-dir and --output.',
        cause: error,
      });
    }
  }
  return undefined;
}

function stackOf(error: Error): string {
  const own = error.stack ?? String(error);
  return error.cause instanceof Error ? `${own}\ncaused by ${stackOf(error.cause)}` : own;
}
