import { type Command, InvalidArgumentError } from 'commander';

/** Long enough to log in again at another address, short enough to wait for it. */
const CONFIRM_SECONDS = 120;

/** Lets a command that may change the network say how long it waits for a confirmation. */
export function confirming(command: Command): Command {
  return command.option(
    '--confirm-within <seconds>',
    'undo a change of the network unless it is confirmed by then; 0: it stands at once',
    seconds,
    CONFIRM_SECONDS,
  );
}

function seconds(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new InvalidArgumentError('Expected whole seconds, at most 99999.');
  return Number(text);
}
