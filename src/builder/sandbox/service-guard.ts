import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PATH = 'usr/sbin/policy-rc.d';
/** Debian policy, section 9.3.3: code 101 forbids the action. */
const SCRIPT = '#!/bin/sh\n# Set by Kiln while provisioners run: no package starts a service.\nexit 101\n';

/**
 * Keeps packages that a provisioner installs from starting their services in the sandbox, whose processes end with it.
 * A tree that has a policy of its own keeps that.
 */
export async function withoutServices<T>(treeDir: string, work: () => Promise<T>): Promise<T> {
  const path = join(treeDir, PATH);
  await writeFile(path, SCRIPT, { flag: 'wx', mode: 0o755 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  try {
    return await work();
  } finally {
    const left = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (left === SCRIPT) await rm(path);
  }
}
