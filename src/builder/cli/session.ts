import type { Command } from 'commander';
import type { Display } from '../report/progress/display.ts';
import type { Work } from './work.ts';

/** What a command is given beyond its own options. */
export interface Session {
  readonly display: Display;
  readonly work: Work;
  /** Absolute. */
  readonly cacheDir: string;
  /** Absolute folder that releases go below. */
  readonly outputRoot: string;
  readonly env: NodeJS.ProcessEnv;
  /** Aborted by Ctrl-C, SIGTERM and SIGHUP. */
  readonly signal: AbortSignal;
  /** The command as typed: `kiln bake images/reference`. */
  readonly commandLine: string;
}

/**
 * Makes a commander action of a command's work: opens the session, runs, closes.
 * `work` gets the command's options as commander parsed them, and its arguments.
 */
export type Start = <Options extends object>(
  work: (session: Session, options: Options, args: readonly string[]) => Promise<void>,
) => (...given: unknown[]) => Promise<void>;

/** Adds one command to the program. Each file in commands/ exports one. */
export type AddCommand = (program: Command, start: Start) => void;
