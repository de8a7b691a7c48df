import { KilnError } from '../../src/builder/errors.ts';
import type { Exec, RunOptions, RunResult } from '../../src/builder/exec/run.ts';

export interface Call {
  readonly argv: readonly string[];
  readonly options: RunOptions;
}

/**
 * An Exec that starts nothing: it keeps what it was asked to run, and answers as `answer` does.
 * @param answer gives standard output, or throws as a program that fails
 */
export function fakeExec(answer: (call: Call) => string | Promise<string> = () => ''): { exec: Exec; calls: Call[] } {
  const calls: Call[] = [];
  const run: Exec['run'] = async (argv, options): Promise<RunResult> => {
    const call = { argv, options };
    calls.push(call);
    return { stdout: await answer(call), stderr: '', exitCode: 0, seconds: 0 };
  };
  return { exec: { run, signal: new AbortController().signal }, calls };
}

/** What Exec throws when a program ends with an error: its last lines are in the message. */
export function toolFailure(output: string): KilnError {
  const lines = output.split('\n').map((line) => `  | ${line}`);
  return new KilnError({
    code: 'tool-failed',
    message: ['could not do it: tool ended with code 1', '  command: tool', ...lines].join('\n'),
    hint: 'Look above.',
  });
}
