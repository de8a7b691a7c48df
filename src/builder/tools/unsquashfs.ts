import type { Exec } from '../exec/run.ts';

const LIMIT_SECONDS = 600;

/**
 * Takes one file out of a squashfs; what follows the squashfs in its file is not looked at. Zeros become holes.
 * @param name a plain name in its root
 * @param folder absolute; it must not exist
 * @returns the last line of the reason when it cannot be taken out; undefined when it was
 */
export async function takeOut(exec: Exec, squashfs: string, name: string, folder: string): Promise<string | undefined> {
  const { exitCode, stdout, stderr } = await exec.run(
    ['unsquashfs', '-no-progress', '-no-xattrs', '-strict-errors', '-dest', folder, squashfs, name],
    { purpose: 'open the update bundle', timeoutSeconds: LIMIT_SECONDS, okCodes: [0, 1, 2] },
  );
  if (exitCode === 0) return undefined;
  return `${stdout}\n${stderr}`.trim().split('\n').at(-1) ?? 'unsquashfs refuses it';
}
