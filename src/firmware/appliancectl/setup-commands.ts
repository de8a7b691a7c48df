import type { Command } from 'commander';
import { SetupCode } from '../platform/setup-code.ts';
import { readInput } from './configure.ts';
import { Failure } from './failure.ts';

/** Adds `setup`: whether the appliance waits for somebody to set it up, and the use of the code on its console. */
export function addSetupCommands(program: Command, root: string, out: (text: string) => void): void {
  const code = new SetupCode(root);
  const setup = program.command('setup').description('The one-time set-up code that the console shows.');
  setup
    .command('status')
    .description('Whether the appliance waits to be set up. Exit code 1 when it does not.')
    .action(async () => {
      const open = await code.isOpen();
      out(open ? 'Nobody can log in yet: the console shows the set-up code.\n' : 'Set up: there is no set-up code.\n');
      if (!open) process.exitCode = 1;
    });
  setup
    .command('claim')
    .description('Use the code up: it comes by standard input, and is good once.')
    .action(async () => {
      if (await code.claim(await readInput('-'))) return out('This was the code. It is used up.\n');
      throw new Failure('this is not the code, or there is none', 'Read it from the first screen of the console.');
    });
}
