import { availableParallelism } from 'node:os';
import type { Context } from '../context.ts';
import { WorkPool } from '../formats/work/pool.ts';
import { readDiskImage } from '../tools/qemu-img.ts';
import { checkDigest, checkPresent, type ListedArtifact } from './release-folder.ts';

/**
 * Checks every artifact against release.json before anything is booted.
 * @throws {KilnError} `release-invalid`
 */
export async function verifyArtifacts(ctx: Context, artifacts: readonly ListedArtifact[]): Promise<void> {
  await ctx.progress.step('smoke/verify', 'Check the artifacts against release.json', async (step) => {
    await Promise.all(artifacts.map(checkPresent));
    const pool = new WorkPool(Math.min(availableParallelism(), artifacts.length), ctx.exec.signal);
    try {
      await Promise.all(
        artifacts.map(async (artifact) => {
          const { path, sizeBytes } = artifact;
          // A fixed VHD is mostly holes, which need no reading.
          const { extents: runs } = await readDiskImage(ctx.exec, path);
          const { sha256 } = await pool.run('hash', { path, sizeBytes, runs });
          step.detail(artifact.file);
          checkDigest(artifact, sha256);
        }),
      );
    } finally {
      await pool.close();
    }
  });
}
