import { availableParallelism } from 'node:os';
import type { Context } from '../context.ts';
import { allEnded } from '../exec/all-ended.ts';
import { WorkPool } from '../formats/work/pool.ts';
import { readDiskImage } from '../tools/qemu-img.ts';
import { digestFault, invalidFiles, type ListedArtifact, presenceFault } from './release-folder.ts';

/**
 * Checks every artifact against release.json before anything is booted.
 * @throws {KilnError} `release-invalid`, naming each that is missing, cut short or another one, in the order given
 */
export async function verifyArtifacts(ctx: Context, artifacts: readonly ListedArtifact[]): Promise<void> {
  await ctx.progress.step('smoke/verify', 'Check the artifacts against release.json', async (step) => {
    const pool = new WorkPool(Math.min(availableParallelism(), artifacts.length), ctx.exec.signal);
    try {
      const faults = await allEnded(
        artifacts.map(async (artifact) => {
          const absent = await presenceFault(artifact);
          if (absent !== undefined) return absent;
          const sha256 = await digestOf(ctx, pool, artifact);
          step.detail(artifact.file);
          return digestFault(artifact, sha256);
        }),
      );
      const told = faults.filter((fault) => fault !== undefined);
      if (told.length > 0) throw invalidFiles(told);
    } finally {
      await pool.close();
    }
  });
}

async function digestOf({ exec }: Context, pool: WorkPool, { path, sizeBytes }: ListedArtifact): Promise<string> {
  // A fixed VHD is mostly holes, which need no reading.
  const { extents: runs } = await readDiskImage(exec, path);
  return (await pool.run('hash', { path, sizeBytes, runs })).sha256;
}
