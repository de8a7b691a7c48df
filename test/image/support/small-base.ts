import { existsSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../../src/builder/context.ts';
import { createExec } from '../../../src/builder/exec/run.ts';
import { resolveArchive } from '../../../src/builder/steps/archive.ts';
import { buildBaseTree } from '../../../src/builder/steps/base.ts';
import { hostMirror } from '../../../src/builder/tools/apt.ts';
import { sharedCache } from './release.ts';

const silent = { detail: () => undefined, cached: () => undefined };

/** A folder for trees, in memory where there is some: a tree has thousands of files. Whoever asks removes it. */
export function treeFolder(): Promise<string> {
  return mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'kiln-test-'));
}

/**
 * Makes the smallest base tree that provisioners can run in: it has an sshd and no kernel.
 * @param more packages besides
 */
export async function smallBase(folder: string, more: readonly string[] = []): Promise<string> {
  const exec = createExec(new AbortController().signal);
  const ctx: Context = {
    exec,
    progress: { step: (_name, _title, work) => work(silent), note: () => undefined },
    scratch: folder,
    cacheDir: sharedCache,
  };
  await mkdir(sharedCache, { recursive: true });
  const { suites, date } = await resolveArchive(ctx, await hostMirror(exec), 'trixie');
  const output = join(folder, 'base.tar');
  const packages = ['iproute2', 'openssh-server', ...more];
  const logFile = join(folder, 'base.log');
  await buildBaseTree(ctx, silent, { suite: 'trixie', suites, packages, epoch: date, output, logFile });
  return output;
}
