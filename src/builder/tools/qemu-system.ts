import type { Exec, RunResult } from '../exec/run.ts';

/**
 * Runs a guest until it powers off, is told to quit, or reaches the limit.
 * @param argv whole command line, QEMU first
 * @param folder QEMU's working folder
 * @throws {KilnError} `tool-failed` when QEMU does not start, `tool-timeout` at the limit
 */
export function runGuest(
  exec: Exec,
  argv: readonly [string, ...string[]],
  folder: string,
  limitSeconds: number,
): Promise<RunResult> {
  return exec.run(argv, { purpose: 'run a guest in QEMU', timeoutSeconds: limitSeconds, cwd: folder });
}
