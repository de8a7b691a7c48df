import { withImageLock } from '../host/image-lock.ts';
import { withContext } from '../host/with-context.ts';
import { formatSize, GIB } from '../recipe/size.ts';
import { formatSeconds, type Timing } from '../report/progress/display.ts';
import { table } from '../report/table.ts';
import type { Session } from './session.ts';
import type { BakeOptions, BakeResult } from './work.ts';

/** Trees, archives and logs beside the slot and the disk. */
const TREE_BYTES = 3 * GIB;

/** Bakes under the image's lock, tells the result, and boots what came out when asked. */
export async function bakeImage(
  session: Session,
  options: { bake: BakeOptions; smoke: boolean; wait: boolean },
): Promise<void> {
  const { display, signal } = session;
  const { recipe, outputRoot, only } = options.bake;
  const note = (line: string): void => display.note(line);
  const lock = { outputRoot, image: recipe.name, command: session.commandLine, wait: options.wait, note, signal };
  await withImageLock(lock, () =>
    withContext(
      { progress: display, cacheDir: session.cacheDir, signal, scratchBytes: 2 * recipe.disk.slotBytes + TREE_BYTES },
      async (ctx) => {
        const result = await session.work.bake(ctx, options.bake);
        display.result({ ...result, timings: display.timings }, describe(result, display.timings));
        if (!options.smoke) return;
        const kinds = only === undefined ? {} : { only };
        const { text, report } = await session.work.smoke(ctx, { folder: result.folder, ...kinds });
        display.result(report, text);
      },
    ),
  );
}

function describe({ folder, release, unchanged }: BakeResult, timings: readonly Timing[]): string {
  const artifacts = release.artifacts.map(({ file, sizeBytes, sha256 }) => [
    file,
    formatSize(sizeBytes),
    sha256.slice(0, 16),
  ]);
  const steps = timings.map(({ name, seconds, cached }) => [name, formatSeconds(seconds), cached ? 'cached' : '']);
  return [
    ...(steps.length === 0 || unchanged ? [] : [table([['STEP', 'TIME', ''], ...steps], [1]), '']),
    table([['ARTIFACT', 'SIZE', 'SHA-256'], ...artifacts], [1]),
    '',
    unchanged ? `Nothing has changed since this was baked: ${folder}` : `Baked into ${folder}`,
  ].join('\n');
}
