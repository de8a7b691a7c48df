// Unpacks a base tree and provisions it in the sandbox, in a process of its own, so that a test can kill it or start it
// as another user. Arguments: base.tar, empty folder to work in, folders of provisioners.
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from '../../../src/builder/context.ts';
import { KilnError } from '../../../src/builder/errors.ts';
import { createExec } from '../../../src/builder/exec/run.ts';
import type { Recipe } from '../../../src/builder/recipe/recipe.ts';
import { provision } from '../../../src/builder/steps/provision.ts';
import { unpackTree } from '../../../src/builder/steps/unpack.ts';
import { sampleRecipe } from '../../builder/targets/sample-recipe.ts';

export interface Provisioned {
  treeDir: string;
  logDir: string;
}

const silent = { detail: () => undefined, cached: () => undefined };

export async function provisionTree(
  base: string,
  folder: string,
  folders: readonly string[],
  more: { signal?: AbortSignal; recipe?: Recipe } = {},
): Promise<Provisioned> {
  const ctx: Context = {
    exec: createExec(more.signal ?? new AbortController().signal),
    progress: { step: (_name, _title, work) => work(silent), note: () => undefined },
    scratch: folder,
    cacheDir: '/nonexistent',
  };
  const at = { treeDir: join(folder, 'tree'), logDir: join(folder, 'logs') };
  await mkdir(at.logDir, { recursive: true });
  await unpackTree(ctx, base, at.treeDir);
  await provision(ctx, silent, {
    ...at,
    recipe: more.recipe ?? sampleRecipe,
    epoch: 1_767_225_600,
    toolTree: '/nonexistent',
    keyring: '',
    provisioners: folders.map((one) => ({ name: basename(one), folder: one })),
    source: 'sandbox',
    renderDir: join(folder, 'packer'),
  });
  return at;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [base = '', folder = '', ...folders] = process.argv.slice(2);
  await provisionTree(base, folder, folders).catch((error: unknown) => {
    process.stdout.write(`${error instanceof KilnError ? `${error.code}: ${error.message}` : String(error)}\n`);
    process.exitCode = 1;
  });
}
