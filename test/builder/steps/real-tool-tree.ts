import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../../src/builder/context.ts';
import { createExec } from '../../../src/builder/exec/run.ts';
import { resolveArchive } from '../../../src/builder/steps/archive.ts';
import { buildToolTree } from '../../../src/builder/steps/base.ts';
import { unpackTree } from '../../../src/builder/steps/unpack.ts';
import { hostMirror } from '../../../src/builder/tools/apt.ts';
import { sharedCache } from '../../image/support/release.ts';

const silent = { detail: () => undefined, cached: () => undefined };

/**
 * Debian 13's own tools, as a bake has them. Packages come from the cache that the image tests share.
 * @param folder an empty one; the tree and the context's scratch lie in it
 */
export async function realToolTree(folder: string): Promise<{ ctx: Context; toolTree: string }> {
  const exec = createExec(new AbortController().signal);
  const ctx: Context = {
    exec,
    progress: { step: (_name, _title, work) => work(silent), note: () => undefined },
    scratch: join(folder, 'scratch'),
    cacheDir: sharedCache,
  };
  await mkdir(ctx.scratch, { recursive: true });
  await mkdir(sharedCache, { recursive: true });
  const { suites, date } = await resolveArchive(ctx, await hostMirror(exec), 'trixie');
  const output = join(folder, 'tools.tar');
  const logFile = join(folder, 'tools.log');
  await buildToolTree(ctx, silent, { suite: 'trixie', suites, epoch: date, output, logFile });
  const toolTree = join(folder, 'tools');
  await unpackTree(ctx, output, toolTree);
  return { ctx, toolTree };
}
