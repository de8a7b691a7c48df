import { cp, mkdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { inToolTree, toolTreeEnvironment } from '../../exec/tool-tree.ts';
import { grubEnvironment } from '../../formats/grub-environment.ts';
import { type DiskLayout, stableGuid } from '../../plan/disk-layout.ts';
import { templateRoot } from '../../render/places.ts';
import { renderTemplate } from '../../render/template.ts';

/** How often a slot is started before the other one is, unless it tells that it came up. */
export const BOOT_TRIES = 3;

/** The boot choice of a fresh disk: slot A holds a system, slot B is empty. */
export const freshBootEnvironment = { ORDER: 'A B', A_OK: '1', A_TRY: '0', B_OK: '0', B_TRY: '0' } as const;

/**
 * Kernel parameters of every slot. `panic` turns a hang into another try; the NVMe time-out is what AWS asks for, where
 * a slow volume must not become a dead one. Debian's list of security modules is cut to those in use: systemd would
 * compile and attach a program for `bpf` that no unit asks for, in the way of everything else of a start. Debian has the
 * kernel test each of its ciphers at every start, unlike the kernel's own default; that took seconds. Huge pages go to
 * programs that ask for them: short-lived ones would wait for megabytes to be cleared.
 */
const kernelParameters =
  'panic=30 loglevel=4 lsm=landlock,lockdown,yama,integrity,apparmor slab_nomerge init_on_alloc=1 nvme_core.io_timeout=4294967295 systemd.gpt_auto=0 fsck.mode=skip cryptomgr.notests transparent_hugepage=madvise';

/** Where the signed boot loaders stand in the tool tree, and where the ESP has them. */
const loaders: readonly (readonly [from: string, to: string])[] = [
  ['usr/lib/shim/shimx64.efi.signed', 'EFI/BOOT/BOOTX64.EFI'],
  ['usr/lib/shim/mmx64.efi.signed', 'EFI/BOOT/mmx64.efi'],
  ['usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed', 'EFI/BOOT/grubx64.efi'],
  ['usr/lib/shim/shimx64.efi.signed', 'EFI/debian/shimx64.efi'],
  ['usr/lib/shim/mmx64.efi.signed', 'EFI/debian/mmx64.efi'],
  ['usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed', 'EFI/debian/grubx64.efi'],
];

export interface EspInput {
  image: string;
  epoch: number;
  layout: DiskLayout;
  toolTree: string;
  /** Folder to work in; `esp.img` is written there. */
  workDir: string;
  logFile: string;
}

/**
 * Makes the EFI system partition: Debian's signed shim and GRUB under both their own and the removable-media path (no
 * hypervisor keeps our boot variables), the boot choice and its environment block.
 * @returns path of the FAT32 image
 */
export async function makeEsp(ctx: Context, input: EspInput): Promise<string> {
  const image = join(input.workDir, 'esp.img');
  const staging = join(input.workDir, 'esp');
  const files = [...loaders.map(([, to]) => to), 'EFI/debian/grub.cfg', 'EFI/debian/grubenv'];
  for (const folder of ['EFI/BOOT', 'EFI/debian']) await mkdir(join(staging, folder), { recursive: true });
  for (const [from, to] of loaders) await cp(join(input.toolTree, from), join(staging, to));
  await writeFile(join(staging, 'EFI/debian/grub.cfg'), await grubConfiguration(input.image, input.layout));
  await writeFile(join(staging, 'EFI/debian/grubenv'), grubEnvironment(freshBootEnvironment));

  await writeFile(image, '');
  await truncate(image, input.layout.partitions.esp.length);
  const tool = async (argv: readonly string[]): Promise<void> => {
    await ctx.exec.run(inToolTree(input.toolTree, input.workDir, argv), {
      purpose: 'make the EFI system partition',
      timeoutSeconds: 120,
      env: toolTreeEnvironment(input.epoch),
      logFile: input.logFile,
    });
  };
  const volumeId = stableGuid(`${input.image}/esp`).slice(0, 8);
  await tool(['mkfs.vfat', '-F', '32', '-n', 'ESP', '-i', volumeId, '--invariant', '/work/esp.img']);
  await tool(['mmd', '-i', '/work/esp.img', '::EFI', '::EFI/BOOT', '::EFI/debian']);
  for (const file of files) await tool(['mcopy', '-i', '/work/esp.img', `/work/esp/${file}`, `::${file}`]);
  return image;
}

/** The GRUB configuration of an image; its text depends on the image's name alone. */
export async function grubConfiguration(image: string, layout: DiskLayout): Promise<string> {
  const file = join(templateRoot, 'boot/grub.cfg.hbs');
  const slot = (label: 'root-a' | 'root-b' | 'data'): { number: number; partuuid: string } => ({
    number: layout.partitions[label].number,
    partuuid: layout.partitions[label].guid.toLowerCase(),
  });
  return renderTemplate('packer/boot/grub.cfg.hbs', await readFile(file, 'utf8'), {
    image,
    tries: BOOT_TRIES,
    attempts: Array.from({ length: BOOT_TRIES }, (_, tries) => ({ from: tries, to: tries + 1 })),
    slotA: slot('root-a'),
    slotB: slot('root-b'),
    data: slot('data'),
    kernelParameters,
  });
}
