import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const start = promisify(execFile);
/** A change under emulation takes this long at most. */
const LOCK_SECONDS = 60;
const environment = {
  PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
  LC_ALL: 'C.UTF-8',
  // Whoever does not see process 1 is taken for one in a chroot.
  SYSTEMD_IGNORE_CHROOT: '1',
};

/**
 * The firmware's one door to other programs: no shell, an environment of its own, a time limit.
 * @param input what it reads from standard input; secrets go this way and never by arguments
 * @returns what it printed
 * @throws {Error} when it fails or takes longer
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  limitSeconds: number,
  input = '',
): Promise<string> {
  const running = start(program, [...args], { timeout: limitSeconds * 1000, killSignal: 'SIGKILL', env: environment });
  // A program that ends without reading is judged by its exit code.
  running.child.stdin?.on('error', () => undefined);
  running.child.stdin?.end(input);
  return (await running).stdout;
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
    {
      env: environment,
      stdio: ['pipe', 'pipe', 'inherit'],
    },
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
