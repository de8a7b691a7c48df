import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../context.ts';
import { KilnError } from '../../errors.ts';
import { inToolTree, toolTreeEnvironment } from '../../exec/tool-tree.ts';
import { biosBoot } from '../../formats/bios-boot.ts';
import type { DiskLayout } from '../../plan/disk-layout.ts';

const SECTOR = 512;

/** What the BIOS loader needs to read the ESP and the slots, to choose one and to start it. */
const modules = [
  ...['biosdisk', 'part_gpt', 'fat', 'ext2', 'gzio', 'linux', 'normal', 'configfile'],
  ...['loadenv', 'test', 'regexp', 'smbios', 'echo', 'sleep', 'reboot', 'halt', 'ls', 'cat', 'minicmd'],
  ...['serial', 'terminal', 'video', 'all_video', 'search', 'search_fs_uuid'],
];

/** Writes GRUB for BIOS into sector 0 and the BIOS boot partition of `disk`. */
export async function writeBiosLoader(
  ctx: Context,
  input: { epoch: number; layout: DiskLayout; toolTree: string; workDir: string; disk: string; logFile: string },
): Promise<void> {
  const { bios, esp } = input.layout.partitions;
  const prefix = `(,gpt${esp.number})/EFI/debian`;
  await ctx.exec.run(
    inToolTree(input.toolTree, input.workDir, [
      ...['grub-mkimage', '-O', 'i386-pc', '-o', '/work/core.img', '-p', prefix],
      ...modules,
    ]),
    {
      purpose: 'make the BIOS boot loader',
      timeoutSeconds: 60,
      env: toolTreeEnvironment(input.epoch),
      logFile: input.logFile,
    },
  );
  const bootImage = await readFile(join(input.toolTree, 'usr/lib/grub/i386-pc/boot.img'));
  const { mbr, core } = biosBoot(bootImage, await readFile(join(input.workDir, 'core.img')), bios.start / SECTOR);
  if (core.length > bios.length) {
    throw new KilnError({
      code: 'disk-invalid',
      message: `the BIOS boot loader has ${core.length} bytes and its partition ${bios.length}`,
      hint: 'Take modules out of the loader: the partition cannot grow in the field.',
    });
  }
  const disk = await open(input.disk, 'r+');
  try {
    await disk.write(mbr, 0, mbr.length, 0);
    await disk.write(core, 0, core.length, bios.start);
  } finally {
    await disk.close();
  }
}
