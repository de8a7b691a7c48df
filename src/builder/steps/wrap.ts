import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReleaseArtifact } from '../../contract/release.ts';
import type { Context } from '../context.ts';
import { allOrNone } from '../exec/all-or-none.ts';
import { createExec, interrupted } from '../exec/run.ts';
import type { DiskImage } from '../formats/disk-image.ts';
import { asFileError } from '../formats/file-error.ts';
import { surveyDisk } from '../formats/survey.ts';
import { WorkPool } from '../formats/work/pool.ts';
import { type ArtifactKind, artifactFileName, artifactKinds, partialPath } from '../names.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { DeflatedFiles } from '../targets/deflated-files.ts';
import { targets } from '../targets/index.ts';
import type { Target, WrapJob } from '../targets/target.ts';

export interface WrapInput {
  recipe: Recipe;
  disk: DiskImage;
  /** Seconds since 1970; the time stamp inside the artifacts. */
  epoch: number;
  /** Which artifacts to write; the answer is in the order of `artifactKinds` whatever the order here. */
  kinds: readonly ArtifactKind[];
  /** Made when missing. A file that already has an artifact's name is replaced. */
  stagingDir: string;
  /** Threads that compress and hash, at least 1; the number of processors is a good choice. */
  threads: number;
}

/**
 * Wraps the disk into all `kinds` at once. The disk is read for its data once and deflated once. A file gets its
 * name when it is complete; when one target fails the others are stopped and nothing of this call stays behind.
 * @throws {KilnError} `disk-invalid`, `disk-full`, `template-invalid`, `tool-*`, `interrupted`
 */
export async function wrapAll(ctx: Context, input: WrapInput): Promise<ReleaseArtifact[]> {
  const { recipe, disk, epoch, stagingDir } = input;
  const chosen = artifactKinds.filter((kind) => input.kinds.includes(kind)).map((kind) => targets[kind]);
  const failure = new AbortController();
  const signal = AbortSignal.any([ctx.exec.signal, failure.signal]);
  const pool = new WorkPool(input.threads, signal);
  const made: string[] = [];
  try {
    await mkdir(stagingDir, { recursive: true });
    const survey = await ctx.progress.step('wrap/survey', 'Find the data on the disk', () => surveyDisk(pool, disk));
    const forms = chosen.flatMap(({ form }) => (form === undefined ? [] : [form]));
    const deflated = new DeflatedFiles({ recipe, disk, epoch, survey, pool, stagingDir }, forms);
    for (const form of forms) made.push(deflated.path(form));
    const job: WrapJob = { exec: createExec(signal), recipe, disk, epoch, survey, pool, deflated };
    const artifacts = await allOrNone(
      chosen.map((target) => wrapOne(ctx, target, job, stagingDir, made)),
      failure,
    );
    await removeAll(forms.map((form) => deflated.path(form)));
    return artifacts;
  } catch (error) {
    await pool.close();
    await removeAll(made);
    throw ctx.exec.signal.aborted ? interrupted() : error;
  } finally {
    await pool.close();
  }
}

/** Writes one artifact under a hidden name and gives it its own when it is complete. */
function wrapOne(ctx: Context, target: Target, job: WrapJob, folder: string, made: string[]): Promise<ReleaseArtifact> {
  const { kind, title } = target;
  return ctx.progress.step(`wrap/${kind}`, title, async (step) => {
    const file = artifactFileName(job.recipe.name, job.recipe.version, kind);
    const path = join(folder, file);
    const partial = partialPath(path);
    made.push(partial);
    try {
      await rm(partial, { force: true });
      const digest = await target.wrap(job, partial, step);
      await rename(partial, path);
      made.push(path);
      return { kind, file, ...digest, virtualSizeBytes: job.disk.sizeBytes };
    } catch (error) {
      throw asFileError(error, `write ${file}`);
    }
  });
}

async function removeAll(paths: readonly string[]): Promise<void> {
  await Promise.all(paths.map((path) => rm(path, { force: true })));
}
