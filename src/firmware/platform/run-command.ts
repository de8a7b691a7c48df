import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { oneLine } from '../../contract/one-line.ts';

/** A change under emulation takes this long at most. */
const LOCK_SECONDS = 60;
const environment = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
  // Whoever does not see process 1 is taken for one in a chroot.
  SYSTEMD_IGNORE_CHROOT: '1',
};

/** More than any program has to say that is asked here. */
const OUTPUT_BYTES = 4 * 1024 * 1024;

/** A program that failed, with what it complained of. */
export class CommandError extends Error {
  readonly stderr: string;
  /** Null when it did not end by itself. */
  readonly exitCode: number | null;

  constructor(message: string, stderr: string, exitCode: number | null = null) {
    super(message);
    this.name = 'CommandError';
    this.stderr = stderr;
    this.exitCode = exitCode;
  }
}

/**
 * The firmware's one door to other programs: no shell, an environment of its own, a time limit. Ctrl-C at the terminal
 * does not reach them: a service half reloaded helps nobody.
 * @param input what it reads from standard input; secrets go this way and never by arguments
 * @param onLine told each line that it prints, at once
 * @returns what it printed
 * @throws {CommandError} when it fails or takes longer
 */
export function runCommand(
  program: string,
  args: readonly string[],
  limitSeconds: number,
  input = '',
  onLine?: (line: string) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { env: environment, detached: true });
    const said = { stdout: '', stderr: '' };
    let trouble: string | undefined;
    const stop = (why: string): void => {
      trouble ??= why;
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const limit = setTimeout(() => stop(`did not end within ${limitSeconds} s`), limitSeconds * 1000);
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        said[name] += text;
        if (said[name].length > OUTPUT_BYTES) stop('says more than it can have to say');
      });
    }
    if (onLine !== undefined) createInterface({ input: child.stdout }).on('line', onLine);
    child.once('error', (error) => {
      clearTimeout(limit);
      reject(new CommandError(`${program} can not be started: ${error.message}`, ''));
    });
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      trouble ??= code === 0 ? undefined : code === null ? `was ended by ${signal}` : `ended with ${code}`;
      if (trouble === undefined) resolve(said.stdout);
      else reject(new CommandError(`${program} ${trouble}`, said.stderr, code));
    });
    // A program that ends without reading is judged by its exit code.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/**
 * Takes a lock that the kernel frees when this process ends, however it ends: a child holds it and ends with us.
 * @param path a file that may be there or not
 * @returns what gives it back; undefined when somebody else has it for long
 */
export async function takeLock(path: string): Promise<(() => Promise<void>) | undefined> {
  const child = spawn(
    'flock',
    ['--timeout', String(LOCK_SECONDS), '--conflict-exit-code', '75', path, 'sh', '-c', 'echo held; exec cat'],
    { env: environment, detached: true, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit') as Promise<[code: number | null]>;
  const held = once(child.stdout, 'data').then(() => undefined);
  held.catch(() => undefined);
  const code = await Promise.race([held, ended.then(([exit]) => exit)]);
  if (code === 75) return undefined;
  if (code !== undefined) throw new Error(`the lock ${path} can not be taken: flock ended with ${code}`);
  return async () => {
    child.stdin.end();
    await ended;
  };
}

/** Of what a probe says, this is kept; the rest is read and forgotten, so that it does not wait for a reader. */
const SAID_BYTES = 4096;
const SAID_CHARACTERS = 200;

/**
 * Runs a program whose exit code tells something. It has a process group of its own: when the time is over, what it
 * started ends with it.
 * @param signal ends it
 * @returns its exit code, and the first line it said, without control characters
 * @throws {Error} when it cannot be started or does not end by itself
 */
export function runProbe(
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly exitCode: number; readonly said: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...args], { env: environment, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        if (bytes < SAID_BYTES) chunks.push(chunk);
        bytes += chunk.length;
      });
    }
    const end = (): void => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    signal.addEventListener('abort', end, { once: true });
    child.once('error', reject);
    // Not `close`: what it left running in the background may hold the pipes open for ever.
    child.once('exit', (exitCode, killedBy) => {
      signal.removeEventListener('abort', end);
      end();
      child.stdout.destroy();
      child.stderr.destroy();
      if (exitCode === null) reject(new Error(`${program} was ended by ${killedBy}`));
      else resolve({ exitCode, said: firstLine(Buffer.concat(chunks).toString()) });
    });
    if (signal.aborted) end();
  });
}

function killGroup(leader: number): void {
  try {
    process.kill(-leader, 'SIGKILL');
  } catch (error) {
    // Nobody of the group is left.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function firstLine(text: string): string {
  return oneLine(text.split('\n').find((one) => one.trim() !== '') ?? '', SAID_CHARACTERS);
}

/** Another program that is asked line by line. */
export interface Helper {
  /** Says a line to it. */
  write(line: string): void;
  /** @returns its next line @throws {CommandError} when it ended instead */
  line(): Promise<string>;
  /** Ends it, and waits until it has ended. */
  close(): Promise<void>;
}

/** Starts a program that answers line by line, in a process group of its own. It ends at the latest with its standard input. */
export function startHelper(program: string, args: readonly string[]): Helper {
  const child = spawn(program, [...args], { env: environment, detached: true });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr = `${stderr}${text}`.slice(-SAID_BYTES);
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      stderr = error.message;
      resolve();
    });
    child.once('close', () => resolve());
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    write: (line) => void child.stdin.write(`${line}\n`),
    async line() {
      const next = await lines.next();
      if (next.done !== true) return next.value;
      await ended;
      throw new CommandError(`${program} ended without an answer`, stderr, child.exitCode);
    },
    async close() {
      child.stdin.end();
      if (child.pid !== undefined) killGroup(child.pid);
      await ended;
    },
  };
}
