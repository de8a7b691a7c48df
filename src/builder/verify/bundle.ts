import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../exec/run.ts';
import type { Gpt } from '../formats/gpt.ts';
import { firstDifference } from '../tools/cmp.ts';
import { takeOut } from '../tools/unsquashfs.ts';
import type { Tell } from './rules.ts';

const SLOT_FILE = 'rootfs.img';

/**
 * The slot image in an update bundle, against slot A of a raw disk.
 * @param scratch a folder with room for a slot
 */
export async function checkBundle(
  exec: Exec,
  bundle: string,
  { raw, gpt }: { raw: string; gpt: Gpt },
  scratch: string,
  tell: Tell,
): Promise<void> {
  const slot = gpt.partitions.find(({ label }) => label === 'root-a');
  if (slot === undefined) return;
  const folder = join(scratch, 'bundle');
  try {
    const fault = await takeOut(exec, bundle, SLOT_FILE, folder);
    if (fault !== undefined) return tell('bundle-same-bytes', SLOT_FILE, fault);
    const image = join(folder, SLOT_FILE);
    const found = await stat(image).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (found?.size !== slot.length)
      return tell('bundle-same-bytes', SLOT_FILE, `it has ${found?.size ?? 0} bytes, slot A has ${slot.length}`);
    const at = await firstDifference(exec, image, slot.length, { file: raw, start: slot.start });
    if (at !== undefined) tell('bundle-same-bytes', `${SLOT_FILE}, byte ${at}`, 'it differs from slot A');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
