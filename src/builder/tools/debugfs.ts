import type { Exec } from '../exec/run.ts';

const LIMIT_SECONDS = 120;

/** An ext4 file system inside a raw disk. */
export interface Ext4 {
  readonly disk: string;
  /** Where it begins, in bytes. */
  readonly offset: number;
}

/** @returns where a symbolic link leads; undefined when there is none of that name, or no file system */
export async function readLink(exec: Exec, fs: Ext4, link: string): Promise<string | undefined> {
  const text = await debugfs(exec, fs, `stat ${link}`);
  return /Type: symlink[\s\S]*^Fast link dest: "(.*)"$/m.exec(text)?.[1];
}

/** Copies a file out. debugfs hardly ever ends with a failure: look whether `target` is what you want. */
export async function dumpFile(exec: Exec, fs: Ext4, file: string, target: string): Promise<void> {
  await debugfs(exec, fs, `dump ${file} ${target}`);
}

/** @param request one that debugfs splits at blanks: names in it must have none */
async function debugfs(exec: Exec, { disk, offset }: Ext4, request: string): Promise<string> {
  if (/[\n"]/.test(request)) throw new RangeError(`no request for debugfs: ${JSON.stringify(request)}`);
  const { stdout } = await exec.run(['debugfs', '-R', request, `${disk}?offset=${offset}`], {
    purpose: 'read a file of a slot',
    timeoutSeconds: LIMIT_SECONDS,
    // 1: no file system there.
    okCodes: [0, 1],
  });
  return stdout;
}
