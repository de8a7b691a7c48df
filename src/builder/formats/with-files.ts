import { type FileHandle, open } from 'node:fs/promises';

/** Opens `source` for reading and a new `target` for writing, and closes both whatever happens. */
export async function withFiles<T>(
  source: string,
  target: string,
  work: (from: FileHandle, to: FileHandle) => Promise<T>,
): Promise<T> {
  const from = await open(source, 'r');
  try {
    const to = await open(target, 'wx', 0o644);
    try {
      return await work(from, to);
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}
