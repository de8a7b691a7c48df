import { spawn } from 'node:child_process';
import { repositoryRoot } from '../../support/source-files.ts';
import type { KilnEvent, KilnResult } from './run-kiln.ts';

export interface RunningKiln {
  /** Of `kiln` itself, or of the program before it. */
  readonly pid: number;
  readonly ended: Promise<KilnResult>;
  /** Waits until an event like this has come. @throws when kiln ends without it */
  saw(event: string, name?: string): Promise<KilnEvent>;
  kill(signal: NodeJS.Signals): void;
  /** Sends a signal to the whole process group, as Ctrl-C on a terminal does. */
  killGroup(signal: NodeJS.Signals): void;
}

export interface StartOptions {
  env?: NodeJS.ProcessEnv;
  /** A command that runs kiln: `['unshare', '--net', '--']`. */
  before?: readonly string[];
}

/** Starts `kiln … --json` in a process group of its own. */
export function startKiln(args: readonly string[], { env, before = [] }: StartOptions = {}): RunningKiln {
  const [program = '', ...rest] = [...before, process.execPath, `${repositoryRoot}scripts/kiln.mjs`, ...args, '--json'];
  const child = spawn(program, rest, {
    cwd: repositoryRoot,
    env: env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const events: KilnEvent[] = [];
  const listeners = new Set<() => void>();
  let unread = '';
  let stdout = '';
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
    const lines = (unread + chunk.toString()).split('\n');
    unread = lines.pop() ?? '';
    events.push(...lines.map((line) => JSON.parse(line) as KilnEvent));
    for (const listener of listeners) listener();
  });
  const ended = new Promise<KilnResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr, events }));
  });
  const { pid = 0 } = child;
  return {
    pid,
    ended,
    saw: (event, name) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = events.find((one) => one.event === event && (name === undefined || one.name === name));
          if (found === undefined) return;
          listeners.delete(look);
          resolve(found);
        };
        listeners.add(look);
        look();
        void ended.then(
          () => reject(new Error(`kiln ended without ${event} ${name ?? ''}: ${stdout}${stderr}`)),
          reject,
        );
      }),
    kill: (signal) => void child.kill(signal),
    killGroup: (signal) => void process.kill(-pid, signal),
  };
}
