import type { Extent } from '../formats/disk-image.ts';
import type { FileDigest } from '../formats/file-digest.ts';
import type { WorkPool } from '../formats/work/pool.ts';

/**
 * Length and SHA-256 of a finished file, taken on one of the pool's threads.
 * @param runs the parts that are not known to be zeros; without them the whole file is read
 */
export async function digestOfFile(
  pool: WorkPool,
  path: string,
  sizeBytes: number,
  runs: readonly Extent[] = [{ start: 0, length: sizeBytes }],
): Promise<FileDigest> {
  const { sha256 } = await pool.run('hash', { path, sizeBytes, runs });
  return { sizeBytes, sha256 };
}
