import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../src/builder/context.ts';
import { createExec } from '../../src/builder/exec/run.ts';
import type { ArtifactKind } from '../../src/builder/names.ts';
import type { Progress } from '../../src/builder/progress.ts';
import type { Recipe } from '../../src/builder/recipe/recipe.ts';
import { wrapAll } from '../../src/builder/steps/wrap.ts';
import { readDiskImage } from '../../src/builder/tools/qemu-img.ts';

const silent: Progress = {
  step: (_name, _title, work) => work({ detail() {}, cached() {} }),
  note() {},
};

/** Wraps a disk into `kinds` and throws the files away. @returns seconds */
export async function timeWrap(
  disk: string,
  recipe: Recipe,
  kinds: readonly ArtifactKind[],
  threads: number,
): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), 'kiln-bench-'));
  try {
    const ctx: Context = {
      exec: createExec(new AbortController().signal),
      progress: silent,
      scratch,
      cacheDir: scratch,
    };
    const image = await readDiskImage(ctx.exec, disk);
    const started = performance.now();
    await wrapAll(ctx, { recipe, disk: image, epoch: 1_700_000_000, kinds, stagingDir: join(scratch, 'out'), threads });
    return (performance.now() - started) / 1000;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
