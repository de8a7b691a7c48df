import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../exec/run.ts';
import type { Gpt } from '../formats/gpt.ts';
import { dumpFile, readLink } from '../tools/debugfs.ts';
import type { Tell } from './rules.ts';
import { debian, signatureFault } from './trust.ts';

const LINK = '/boot/vmlinuz';

/**
 * The kernel that GRUB starts from slot A of a raw disk. The other slot is empty in a release.
 * @param scratch an empty folder
 */
export async function checkKernel(exec: Exec, raw: string, gpt: Gpt, scratch: string, tell: Tell): Promise<void> {
  const slot = gpt.partitions.find(({ label }) => label === 'root-a');
  if (slot === undefined) return;
  const fs = { disk: raw, offset: slot.start };
  const name = await readLink(exec, fs, LINK);
  if (name === undefined || !/^vmlinuz-[\w.+~-]+$/.test(name))
    return tell('slot-kernel', `root-a ${LINK}`, `it is no link to a kernel beside it: ${name ?? 'nothing'}`);
  const folder = join(scratch, 'kernel');
  await mkdir(folder);
  const file = join(folder, 'vmlinuz');
  await dumpFile(exec, fs, `/boot/${name}`, file);
  const kernel = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0);
    throw error;
  });
  const fault = await signatureFault(exec, kernel, [debian], folder);
  if (fault !== undefined) tell('slot-kernel', `root-a /boot/${name}`, fault);
}
