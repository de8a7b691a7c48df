import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { type AnswerBody, HISTORY_MAX_ENTRIES } from '../../../contract/updates/protocol.ts';
import type { MaintenanceWindow } from '../../../contract/updates/window.ts';
import { isVersion } from '../../../contract/version.ts';
import { Failure } from '../failure.ts';
import { type Flags, type Surroundings, wanted, withAnswers } from './answers.ts';
import { askYes } from './ask-yes.ts';
import { historyText } from './history-text.ts';
import { offersText, offerText } from './offer-text.ts';
import { outcomeText, stateText } from './state-text.ts';
import { takingWindow, type WindowFlags, windowOf } from './window-options.ts';

const HISTORY_USUAL = 50;

/** Adds `update` with all that can be asked of the update client. */
export function addUpdateCommands(program: Command, surroundings: Surroundings): void {
  const { who } = surroundings;
  const ask = withAnswers(surroundings);
  const update = program
    .command('update')
    .description('Updates: what is there, when it is taken, and the way back. The update client does the work.')
    .addHelpText('after', '\nExit codes: 0 done, 1 refused or failed, 2 bad input, 130 left with Ctrl-C.');
  const command = (name: string, description: string): Command =>
    update.command(name).description(description).option('--json', 'one JSON document for scripts');

  command('check', 'Ask the channel now what is there. Needs updates.checking.').action((flags: Flags) =>
    ask({ command: 'check', who }, flags, (body) => offersText(wanted(body.offers)) + outcomeText(body)),
  );
  command('list', 'What was on offer at the last check, and whether this appliance may take it.').action(
    (flags: Flags) => ask({ command: 'list' }, flags, (body) => offersText(wanted(body.offers))),
  );
  onVersion(command('show', 'What a version changes: notes, fixes, downtime, what you have to do.')).action(
    (version: string, flags: Flags) =>
      ask({ command: 'show', version }, flags, (body) => offerText(wanted(body.offer))),
  );
  takingWindow(onVersion(command('approve', 'Let this very version be installed, in the next window.')))
    .addHelpText('after', '\nWithout a window of its own, that of the configuration counts: updates.window.')
    .action((version: string, flags: Flags & WindowFlags) => {
      const window = windowOf(flags, new Date()) ?? null;
      return ask({ command: 'approve', who, version, window }, flags, outcomeText);
    });
  takingWindow(
    onVersion(command('schedule', 'Give an approval another window. A version without one is approved for it.')),
  )
    .option('--default', 'the window of the configuration again: updates.window')
    .action((version: string, flags: Flags & WindowFlags & { default?: true }) =>
      ask({ command: 'schedule', who, version, window: windowToSchedule(flags) }, flags, outcomeText),
    );
  onVersion(command('cancel', 'Take an approval back, and stop what can be stopped.')).action(
    (version: string, flags: Flags) => ask({ command: 'cancel', who, version }, flags, outcomeText),
  );
  onVersion(command('download', 'The same as install: what is fetched goes straight into the other slot.')).action(
    (version: string, flags: Flags) => ask({ command: 'download', who, version }, flags, outcomeText),
  );
  onVersion(command('install', 'Install an approved version and restart now, if rules and window let it.')).action(
    (version: string, flags: Flags) => ask({ command: 'install', who, version }, flags, outcomeText),
  );
  command('status', 'Where updates stand: phase, why, what is next, approval, last check.').action((flags: Flags) =>
    ask({ command: 'status' }, flags, (body) => stateText(body, process.stdout.isTTY === true)),
  );
  command('rollback', 'Go back to the version before, with a restart.')
    .option('--yes', 'do not ask')
    .action(async (flags: Flags & { yes?: true }) => {
      if (flags.yes !== true) await confirmed();
      await ask({ command: 'rollback', who }, flags, outcomeText);
    });
  command('history', 'Who approved, cancelled, installed or went back, and what came of it; newest first.')
    .option('--limit <number>', `so many entries, at most ${HISTORY_MAX_ENTRIES}`, limit, HISTORY_USUAL)
    .action((flags: Flags & { limit: number }) =>
      ask({ command: 'history', limit: flags.limit }, flags, (body) => historyText(wanted(body.entries))),
    );
  command('receipt', 'Testify, for production appliances, that this one has run its version since it kept it.')
    .addHelpText('after', '\nThe receipt is printed; the key that its readers have to know goes to standard error.')
    .action((flags: Flags) => ask({ command: 'receipt', who }, flags, receiptText));
  command('import', 'Take what was carried here: updates, or the receipt of a test appliance.')
    .argument('<path>', 'a folder with a copy of the channel, a disc or volume with one (file or device), or a receipt')
    .action(async (path: string, flags: Flags) =>
      ask({ command: 'import', who, path: await carriedHere(path) }, flags, (body) => {
        return (body.offers === undefined ? '' : offersText(body.offers)) + outcomeText(body);
      }),
    );
}

/** The receipt is a file that is carried over; its key is configured once. */
function receiptText(body: AnswerBody): string {
  const { signed, publicKey } = wanted(body.testimony);
  process.stderr.write(`Its readers need this as updates.testedFirst.publicKey: ${publicKey}\n`);
  return `${JSON.stringify(signed)}\n`;
}

function onVersion(command: Command): Command {
  return command.argument('<version>', 'such as 1.2.3', (text: string) => {
    if (!isVersion(text)) throw new InvalidArgumentError('Expected a version such as 1.2.3.');
    return text;
  });
}

function windowToSchedule(flags: WindowFlags & { readonly default?: true }): MaintenanceWindow | null {
  const window = windowOf(flags, new Date());
  if (window !== undefined && flags.default !== true) return window;
  if (window === undefined && flags.default === true) return null;
  throw new Failure('name one window', 'Either --default, or --at or --days with what belongs to it: --help.', 2);
}

function limit(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > HISTORY_MAX_ENTRIES)
    throw new InvalidArgumentError(`Expected a whole number from 1 to ${HISTORY_MAX_ENTRIES}.`);
  return number;
}

/** @throws {Failure} unless a person at the terminal says yes */
async function confirmed(): Promise<void> {
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true)
    throw new Failure('going back has to be confirmed', 'Say --yes where nobody can be asked.', 2);
  if (!(await askYes('Go back to the version before? The appliance restarts.')))
    throw new Failure('nothing was done', 'Answer y to go back.');
}

/** @returns the path for somebody who is in another folder. @throws {Failure} when nothing is there */
async function carriedHere(path: string): Promise<string> {
  const absolute = resolve(path);
  // The protocol's own bounds.
  if (absolute.length > 1024 || /\p{Cc}/u.test(absolute))
    throw new Failure('this path can not be told to the update client', 'Choose a shorter one of plain characters.', 2);
  await access(absolute).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    throw new Failure(`there is no ${absolute}`, 'Name a folder, a disc, a volume or a receipt.', 2);
  });
  return absolute;
}
