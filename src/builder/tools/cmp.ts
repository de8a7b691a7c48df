import type { Exec } from '../exec/run.ts';

const LIMIT_SECONDS = 600;

/**
 * Compares the first `length` bytes of a file with as many inside another one.
 * @param within where to begin in the other one, in bytes
 * @returns the first byte that differs or that one of them lacks, counted from 0; undefined when there is none
 */
export async function firstDifference(
  exec: Exec,
  file: string,
  length: number,
  within: { file: string; start: number },
): Promise<number | undefined> {
  const { exitCode, stdout, stderr } = await exec.run(
    ['cmp', `--bytes=${length}`, `--ignore-initial=0:${within.start}`, file, within.file],
    { purpose: 'compare two files', timeoutSeconds: LIMIT_SECONDS, okCodes: [0, 1] },
  );
  if (exitCode === 0) return undefined;
  const [, differs] = / byte (\d+),/.exec(stdout) ?? [];
  const [, ends] = /EOF on .* after byte (\d+)/.exec(stderr) ?? [];
  return differs === undefined ? Number(ends ?? 0) : Number(differs) - 1;
}
