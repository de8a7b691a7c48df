import { closeSync, openSync, readSync } from 'node:fs';

/** Opens `path` for reading while `work` runs. */
export function withFile<T>(path: string, work: (fd: number) => T): T {
  const fd = openSync(path, 'r');
  try {
    return work(fd);
  } finally {
    closeSync(fd);
  }
}

/** Fills `buffer` from byte `position` on. @throws when the file ends before. */
export function readFully(fd: number, buffer: Uint8Array, position: number): void {
  for (let done = 0; done < buffer.length; ) {
    const count = readSync(fd, buffer, done, buffer.length - done, position + done);
    if (count === 0) throw new Error(`the file ends at byte ${position + done}, before the ${buffer.length} asked for`);
    done += count;
  }
}
