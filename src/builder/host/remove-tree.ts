import { readFile, rm } from 'node:fs/promises';
import { createExec } from '../exec/run.ts';

/**
 * Removes a folder whatever is in it. A tree that was unpacked without root holds files of subordinate user ids, which
 * only a namespace that maps them can remove.
 * @throws {Error} when something is mounted below it: removing would reach through the mount
 */
export async function removeTree(path: string): Promise<void> {
  const mount = await mountBelow(path);
  if (mount !== undefined) throw new Error(`${path} is not removed: ${mount} is mounted in it`);
  try {
    await rm(path, { recursive: true, force: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((code !== 'EACCES' && code !== 'EPERM') || process.getuid?.() === 0) throw error;
    // A signal of its own: what an interrupted run leaves is removed too.
    const exec = createExec(new AbortController().signal);
    await exec.run(
      ['unshare', '--user', '--map-root-user', '--map-auto', '--', 'rm', '-rf', '--one-file-system', '--', path],
      {
        purpose: `remove the temporary folder ${path}`,
        timeoutSeconds: 300,
      },
    );
  }
}

async function mountBelow(path: string): Promise<string | undefined> {
  const table = await readFile('/proc/self/mountinfo', 'utf8');
  const points = table.split('\n').map((line) => unescapeMount(line.split(' ')[4] ?? ''));
  return points.find((point) => point === path || point.startsWith(`${path}/`));
}

/** proc(5): space, tab, newline and backslash are written as three octal digits. */
function unescapeMount(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}
