import { mkdir } from 'node:fs/promises';
import type { Context } from '../context.ts';
import { asTreeOwner } from '../exec/rootless.ts';

/** Unpacks a tree's tar into a new folder, with owners and extended attributes as they are in the archive. */
export async function unpackTree(ctx: Context, archive: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await ctx.exec.run(
    asTreeOwner([
      'tar',
      '--numeric-owner',
      '--same-permissions',
      '--xattrs',
      '--xattrs-include=*',
      `--directory=${folder}`,
      // Device nodes are left to the kernel: without privilege they could not be made.
      '--exclude=./dev/*',
      '-xf',
      archive,
    ]),
    { purpose: `unpack ${archive}`, timeoutSeconds: 600 },
  );
}
