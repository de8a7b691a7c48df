import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const start = promisify(execFile);

/**
 * The firmware's one door to other programs: no shell, an environment of its own, a time limit.
 * @returns what it printed
 * @throws {Error} when it fails or takes longer
 */
export async function runCommand(program: string, args: readonly string[], limitSeconds: number): Promise<string> {
  const { stdout } = await start(program, [...args], {
    timeout: limitSeconds * 1000,
    killSignal: 'SIGKILL',
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      LC_ALL: 'C.UTF-8',
      // Whoever does not see process 1 is taken for one in a chroot.
      SYSTEMD_IGNORE_CHROOT: '1',
    },
  });
  return stdout;
}
