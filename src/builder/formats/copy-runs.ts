import type { FileHandle } from 'node:fs/promises';
import { BLOCK_BYTES } from './blocks.ts';
import type { Extent } from './disk-image.ts';
import { writeFully } from './file-digest.ts';

/**
 * Copies `runs` of one file into another, at most 1 MiB at a time; the rest of the target stays a hole.
 * @param place where a byte offset of the source goes in the target
 */
export async function copyRuns(
  from: FileHandle,
  to: FileHandle,
  runs: Iterable<Extent>,
  place: (offset: number) => number,
  signal: AbortSignal,
): Promise<void> {
  const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
  for (const run of runs) {
    const end = run.start + run.length;
    for (let at = run.start; at < end; ) {
      signal.throwIfAborted();
      const wanted = Math.min(buffer.length, end - at);
      const { bytesRead } = await from.read(buffer, 0, wanted, at);
      if (bytesRead === 0) throw new Error(`the source ends at byte ${at}, inside a run of data`);
      await writeFully(to, buffer.subarray(0, bytesRead), place(at));
      at += bytesRead;
    }
  }
}
