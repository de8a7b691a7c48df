import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KilnError } from '../errors.ts';
import type { Exec } from '../exec/run.ts';
import type { Gpt } from '../formats/gpt.ts';
import { extractFat } from '../tools/mtools-read.ts';
import { copyRange } from '../tools/qemu-disk.ts';
import type { Tell } from './rules.ts';
import { carries, debian, microsoft, signatureFault } from './trust.ts';

/** The firmware checks shim; shim checks GRUB and its own key manager with the certificate it carries. */
const shims = ['EFI/BOOT/BOOTX64.EFI', 'EFI/debian/shimx64.efi'];
const checkedByShim = ['EFI/BOOT/grubx64.efi', 'EFI/debian/grubx64.efi', 'EFI/BOOT/mmx64.efi', 'EFI/debian/mmx64.efi'];
/** Not needed to boot. */
const optional = ['EFI/BOOT/mmx64.efi', 'EFI/debian/mmx64.efi'];
const files = [...shims, ...checkedByShim, 'EFI/debian/grub.cfg', 'EFI/debian/grubenv'];
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
  try {
    await copyRange(exec, disk, { start: esp.start, length: esp.length }, image);
    await extractFat(exec, image, folder);
  } catch (error) {
    if (!(error instanceof KilnError) || error.code !== 'tool-failed') throw error;
    return tell('esp-files', `byte ${esp.start}`, `it can not be read: ${error.message.split('\n')[0]}`);
  }
  const signatures = join(scratch, 'signatures');
  await mkdir(signatures);
  for (const name of files) {
    const content = await readFile(join(folder, name)).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR' || error.code === 'EISDIR') return undefined;
      throw error;
    });
    if (content === undefined || content.length === 0) {
      if (!optional.includes(name)) tell('esp-files', name, 'it is missing or empty');
      continue;
    }
    if (name.endsWith('grubenv') && content.length !== ENVIRONMENT_BYTES)
      tell('esp-files', name, `it has ${content.length} bytes, expected ${ENVIRONMENT_BYTES}`);
    if (!shims.includes(name) && !checkedByShim.includes(name)) continue;
    const authorities = shims.includes(name) ? microsoft : [debian];
    const fault = await signatureFault(exec, content, authorities, signatures);
    if (fault !== undefined) tell('esp-signatures', name, fault);
    if (shims.includes(name) && !(await carries(content, debian)))
      tell('esp-signatures', name, `it does not carry the certificate ${debian.title}, with which it checks GRUB`);
  }
}
