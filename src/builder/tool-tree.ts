import { join } from 'node:path';
import { type Cache, openCache } from './cache/cache.ts';
import type { Context } from './context.ts';
import { toolTreeId } from './plan/step-ids.ts';
import { resolveArchive } from './steps/archive.ts';
import { buildToolTree } from './steps/base.ts';
import { unpackTree } from './steps/unpack.ts';
import { hostMirror, type Suite } from './tools/apt.ts';

export interface ToolTreeInput {
  suite: string;
  suites: readonly Suite[];
  /** Seconds since 1970. */
  epoch: number;
  /** Content id. */
  id: string;
  logFile: string;
}

/** Unpacks the tool tree into scratch, from the cache when it is there. @returns its folder, absolute */
export async function toolTreeFolder(ctx: Context, cache: Cache, input: ToolTreeInput): Promise<string> {
  const { id, ...tree } = input;
  const folder = join(ctx.scratch, 'tools');
  await ctx.progress.step('tool-tree', 'Fetch boot loaders and file system makers', async (step) => {
    const cached = await cache.get('tool-tree', id);
    if (cached !== null) step.cached('same packages');
    const entry =
      cached ??
      (await cache.put('tool-tree', id, 'boot loaders and file system makers', (into) =>
        buildToolTree(ctx, step, { ...tree, output: join(into, 'tools.tar') }),
      ));
    await unpackTree(ctx, join(entry.folder, 'tools.tar'), folder);
  });
  return folder;
}

/** The tool tree of work that has no recipe: Debian 13's, from the host's mirror. Without a network, the cached one. */
export async function currentToolTree(ctx: Context, logFile: string): Promise<string> {
  const cache = await openCache(ctx.cacheDir, (line) => ctx.progress.note(line));
  const suite = 'trixie';
  const { suites, releases, date } = await resolveArchive(ctx, await hostMirror(ctx.exec), suite);
  const id = await toolTreeId({ releases, epoch: date });
  return toolTreeFolder(ctx, cache, { suite, suites, epoch: date, id, logFile });
}
