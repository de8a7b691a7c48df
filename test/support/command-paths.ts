import type { Command } from 'commander';
import { makeProgram } from '../../src/builder/cli/program.ts';
import { captureStreams } from './capture-streams.ts';

/** Every command as it is typed behind `kiln`, the program itself first and each before its subcommands. */
export function commandPaths(): readonly (readonly string[])[] {
  const noWork = (): never => {
    throw new Error('nothing is started here');
  };
  return pathsBelow(
    makeProgram(() => noWork, captureStreams().streams),
    [],
  );
}

function pathsBelow(command: Command, path: readonly string[]): readonly (readonly string[])[] {
  return [path, ...command.commands.flatMap((sub) => pathsBelow(sub, [...path, sub.name()]))];
}
