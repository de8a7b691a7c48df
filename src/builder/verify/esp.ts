import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KilnError } from '../errors.ts';
import type { Exec } from '../exec/run.ts';
import type { Gpt } from '../formats/gpt.ts';
import { extractFat } from '../tools/mtools-read.ts';
import { copyRange } from '../tools/qemu-disk.ts';
import { signatureFault } from './authenticode.ts';
import type { Tell } from './rules.ts';

/** What a firmware and its loaders look for; those that Secure Boot checks. */
const loaders = ['EFI/BOOT/BOOTX64.EFI', 'EFI/BOOT/grubx64.efi', 'EFI/debian/shimx64.efi', 'EFI/debian/grubx64.efi'];
const files = [...loaders, 'EFI/debian/grub.cfg', 'EFI/debian/grubenv'];
const ENVIRONMENT_BYTES = 1024;

/**
 * The EFI system partition of a raw disk.
 * @param scratch an empty folder
 */
export async function checkEsp(exec: Exec, raw: string, gpt: Gpt, scratch: string, tell: Tell): Promise<void> {
  const esp = gpt.partitions.find(({ label }) => label === 'esp');
  if (esp === undefined) return tell('esp-files', 'the table', 'there is no partition esp');
  const image = join(scratch, 'esp.img');
  const folder = join(scratch, 'esp');
  const disk = { driver: 'raw', file: { driver: 'file', filename: raw } };
  await copyRange(exec, disk, { start: esp.start, length: esp.length }, image);
  try {
    await extractFat(exec, image, folder);
  } catch (error) {
    if (!(error instanceof KilnError) || error.code !== 'tool-failed') throw error;
    return tell('esp-files', `byte ${esp.start}`, `mtools can not read it: ${error.message.split('\n')[0]}`);
  }
  for (const name of files) {
    const content = await readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
      throw error;
    });
    if (content === undefined || content.length === 0) {
      tell('esp-files', name, 'it is missing or empty');
      continue;
    }
    if (name.endsWith('grubenv') && content.length !== ENVIRONMENT_BYTES)
      tell('esp-files', name, `it has ${content.length} bytes, expected ${ENVIRONMENT_BYTES}`);
    const fault = loaders.includes(name) ? signatureFault(content) : undefined;
    if (fault !== undefined) tell('esp-signatures', name, fault);
  }
}
