import { appendFile } from 'node:fs/promises';
import { type ExecaError, execa } from 'execa';
import { interrupted, KilnError } from '../errors.ts';
import { quote } from './quote.ts';

export { interrupted, quote };

export interface RunOptions {
  /** What the command is for, as a verb phrase: "make the slot image". Leads the error message. */
  purpose: string;
  /** Hard limit; the command's whole process group is stopped when it is reached. */
  timeoutSeconds: number;
  cwd?: string;
  /** Added to the built environment (PATH, HOME, LC_ALL=C.UTF-8, TZ=UTC). Nothing else of the caller's is inherited. */
  env?: Readonly<Record<string, string>>;
  /** Sent to standard input; without it standard input is closed. */
  input?: string | Uint8Array;
  /** Standard output goes to this file instead of memory. */
  stdoutFile?: string;
  /** Standard output and error are appended here as well. */
  logFile?: string;
  /** Called for each line of standard output and error as it comes. */
  onLine?: (line: string) => void;
  /** Values replaced by `[hidden]` in every message, line and log. */
  secrets?: readonly string[];
  /** Exit codes that are an answer and not a failure (default: only 0). */
  okCodes?: readonly number[];
}

export interface RunResult {
  stdout: string;
  stderr: string;
  exitCode: number;
  seconds: number;
}

/** The one way to start a program. Bound to a signal and environment by {@link createExec}. */
export interface Exec {
  /**
   * Runs a program to its end. `argv[0]` is looked up in PATH; there is no shell.
   * @throws {KilnError} `tool-missing`, `tool-failed`, `tool-timeout`, `interrupted`
   */
  run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult>;
  readonly signal: AbortSignal;
}

const TAIL_LINES = 20;
const KILL_GRACE_MS = 5_000;

/** @param signal aborts every running command; the caller sees `interrupted`. */
export function createExec(signal: AbortSignal): Exec {
  return { signal, run: (argv, options) => run(argv, options, signal) };
}

async function run(argv: readonly [string, ...string[]], options: RunOptions, signal: AbortSignal): Promise<RunResult> {
  signal.throwIfAborted();
  const started = performance.now();
  // setpriv ties the child's life to ours: a kill -9 of Kiln leaves nothing running that writes to its scratch.
  const child = execa('setpriv', ['--pdeathsig', 'KILL', '--', ...argv], {
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...baseEnvironment(), ...options.env },
    extendEnv: false,
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
    stdout: options.stdoutFile === undefined ? 'pipe' : { file: options.stdoutFile },
    detached: true,
    buffer: true,
    maxBuffer: 64 * 1024 * 1024,
    stripFinalNewline: false,
    reject: false,
    cleanup: true,
  });
  let timedOut = false;
  const stop = (): void => killGroup(child.pid, child);
  const timer = setTimeout(() => {
    timedOut = true;
    stop();
  }, options.timeoutSeconds * 1000);
  signal.addEventListener('abort', stop, { once: true });
  const hide = hider(options.secrets ?? []);
  if (options.onLine !== undefined) {
    const { onLine } = options;
    const feed = async (stream: NodeJS.ReadableStream | null): Promise<void> => {
      if (stream === null) return;
      for await (const line of linesOf(stream)) onLine(hide(line));
    };
    void feed(child.stdout);
    void feed(child.stderr);
  }
  try {
    const result = await child;
    const seconds = (performance.now() - started) / 1000;
    const stdout = hide(typeof result.stdout === 'string' ? result.stdout : '');
    const stderr = hide(typeof result.stderr === 'string' ? result.stderr : '');
    if (options.logFile !== undefined) await appendFile(options.logFile, `$ ${hide(quote(argv))}\n${stdout}${stderr}`);
    const exitCode = result.exitCode ?? -1;
    if (signal.aborted) throw interrupted();
    if (!timedOut && (options.okCodes ?? [0]).includes(exitCode)) return { stdout, stderr, exitCode, seconds };
    throw failure({ argv, options, timedOut, exitCode, stdout, stderr, hide, error: result as unknown as ExecaError });
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

interface Failure {
  argv: readonly string[];
  options: RunOptions;
  timedOut: boolean;
  exitCode: number;
  stdout: string;
  stderr: string;
  hide: (text: string) => string;
  error: ExecaError;
}

function failure(f: Failure): KilnError {
  const { argv, options } = f;
  const output = tail(f.stderr.trim() === '' ? f.stdout : f.stderr);
  const detail = `\n  command: ${f.hide(quote(argv))}${output === '' ? '' : `\n${output}`}`;
  const seeLog = options.logFile === undefined ? '' : ` The whole output is in ${options.logFile}.`;
  if (f.timedOut) {
    return new KilnError({
      code: 'tool-timeout',
      message: `could not ${options.purpose}: ${argv[0]} ran longer than ${options.timeoutSeconds} s and was stopped${detail}`,
      hint: `Look at the last lines above for what it waited for.${seeLog}`,
    });
  }
  // setpriv exits 127 when the program it should start does not exist; 127 from a program itself says so too.
  if (f.error.code === 'ENOENT' || (f.exitCode === 127 && /failed to execute|No such file/.test(f.stderr))) {
    return new KilnError({
      code: 'tool-missing',
      message: `could not ${options.purpose}: ${argv[0]} is not installed`,
      hint: 'Run `kiln check` to see what is missing and the command that installs it.',
    });
  }
  if (/No space left on device|Disk quota exceeded/i.test(f.stderr + f.stdout)) {
    return new KilnError({
      code: 'disk-full',
      message: `could not ${options.purpose}: no space left on the disk${detail}`,
      hint: 'Free some space, or point --cache-dir or --output at a larger disk, and run the command again.',
    });
  }
  const why = f.error.signal === undefined ? `ended with code ${f.exitCode}` : `was ended by ${f.error.signal}`;
  return new KilnError({
    code: 'tool-failed',
    message: `could not ${options.purpose}: ${argv[0]} ${why}${detail}`,
    hint: `The reason is in the lines above.${seeLog}`,
  });
}

function baseEnvironment(): Record<string, string> {
  return {
    PATH: `${process.env.PATH ?? ''}:/usr/local/sbin:/usr/sbin:/sbin`,
    HOME: process.env.HOME ?? '/',
    USER: process.env.USER ?? '',
    TMPDIR: process.env.TMPDIR ?? '/tmp',
    LC_ALL: 'C.UTF-8',
    TZ: 'UTC',
  };
}

function killGroup(pid: number | undefined, child: { kill(signal: NodeJS.Signals): boolean }): void {
  if (pid === undefined) return;
  const send = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-pid, signal);
    } catch (error) {
      // ESRCH: the group is already gone, which is what was wanted.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') child.kill(signal);
    }
  };
  send('SIGTERM');
  setTimeout(() => send('SIGKILL'), KILL_GRACE_MS).unref();
}

function hider(secrets: readonly string[]): (text: string) => string {
  const values = secrets.filter((secret) => secret !== '');
  return (text) => values.reduce((out, secret) => out.replaceAll(secret, '[hidden]'), text);
}

async function* linesOf(stream: NodeJS.ReadableStream): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + chunk.toString()).split(/\r?\n/);
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}

function tail(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .slice(-TAIL_LINES)
    .map((line) => `  | ${line}`)
    .filter((line) => line !== '  | ')
    .join('\n');
}
