import { requirePrograms } from '../host/check.ts';
import { withImageLock } from '../host/image-lock.ts';
import type { Need } from '../host/requirements.ts';
import { withContext } from '../host/with-context.ts';
import { formatSize, GIB } from '../recipe/size.ts';
import { formatSeconds, type Timing } from '../report/progress/display.ts';
import { table } from '../report/table.ts';
import type { Session } from './session.ts';
import type { BakeOptions, BakeResult } from './work.ts';

/** Boot loaders, keys and logs, and what of the disk is not in a slot. */
const BESIDE_SLOT_BYTES = GIB;
/**
 * Scratch holds what is in the slot three times at most: as a tree, as a tar and in an image, or as a tree and in two
 * images. Files are sparse and a slot is seldom more than two thirds full, so twice its size is what to reckon with.
 */
const SLOT_COPIES = 2;

/** Bakes under the image's lock, tells the result, and boots what came out when asked. */
export async function bakeImage(
  session: Session,
  options: { bake: BakeOptions; smoke: boolean; wait: boolean },
): Promise<void> {
  const { display, signal } = session;
  const { recipe, outputRoot, only, source } = options.bake;
  const scratchBytes = SLOT_COPIES * recipe.disk.slotBytes + BESIDE_SLOT_BYTES;
  const needs: Need[] = [
    ...(source === 'vm' ? ['vm-source' as const] : []),
    ...(options.smoke ? ['smoke' as const] : []),
  ];
  await requirePrograms(needs, session.env.PATH ?? '', process.getuid?.() === 0);
  const note = (line: string): void => display.note(line);
  const lock = { outputRoot, image: recipe.name, command: session.commandLine, wait: options.wait, note, signal };
  await withImageLock(lock, () =>
    withContext({ progress: display, cacheDir: session.cacheDir, signal, scratchBytes }, async (ctx) => {
      const result = await session.work.bake(ctx, options.bake);
      display.result({ ...result, timings: display.timings }, describe(result, display.timings));
      if (!options.smoke) return;
      const kinds = only === undefined ? {} : { only };
      const { text, report } = await session.work.smoke(ctx, { folder: result.folder, ...kinds });
      display.result(report, text);
    }),
  );
}

function describe({ folder, release, unchanged }: BakeResult, timings: readonly Timing[]): string {
  const bundle = release.bundle === null ? [] : [release.bundle];
  const artifacts = [...release.artifacts, ...bundle].map(({ file, sizeBytes, sha256 }) => [
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
