import { copyFile, mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createExec } from '../../../src/builder/exec/run.ts';
import { debianPrograms } from '../../support/debian-programs.ts';

const MIB = 2 ** 20;
export const BOOT_DISK_BYTES = 2 ** 30;
/** In MiB. */
export const esp = { start: 2, length: 64 } as const;
export const rootA = { start: 66, length: 64 } as const;
/** Where the ESP begins, as mtools wants it. */
export const ESP_AT = `@@${esp.start * MIB}`;
export const SHIM = 'EFI/BOOT/BOOTX64.EFI';

const exec = createExec(new AbortController().signal);
export const run = (...argv: [string, ...string[]]) =>
  exec.run(argv, { purpose: 'make a sample', timeoutSeconds: 120 });

const table = `label: gpt
start=1MiB, size=1MiB, name=bios, type=21686148-6449-6E6F-744E-656564454649
start=${esp.start}MiB, size=${esp.length}MiB, name=esp, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B
start=${rootA.start}MiB, size=${rootA.length}MiB, name=root-a, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709
start=130MiB, size=64MiB, name=root-b, type=4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709
start=194MiB, size=829MiB, name=data, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4
`;

/** Debian's signed loaders as files: this host's own release of them, taken from its mirror. */
export async function signedLoaders(): Promise<{ shim: string; grub: string; kernel: string }> {
  const programs = await debianPrograms('shim-signed', 'grub-efi-amd64-signed');
  return {
    shim: programs.path('/usr/lib/shim/shimx64.efi.signed'),
    grub: programs.path('/usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed'),
    kernel: '/vmlinuz',
  };
}

/**
 * A disk of 1 GiB as a bake would make it, by sfdisk, mkfs and mtools: loaders on the ESP, a kernel in slot A. Nothing
 * else of it would boot.
 */
export async function bootDisk(
  folder: string,
  loaders: { shim: string; grub: string; kernel: string },
): Promise<string> {
  const raw = join(folder, 'disk.raw');
  const disk = await open(raw, 'w');
  try {
    await disk.truncate(BOOT_DISK_BYTES);
    await exec.run(['sfdisk', '--quiet', raw], { purpose: 'write a table', timeoutSeconds: 60, input: table });
    await disk.write(Buffer.of(0xeb, 0x63, 0x90), 0, 3, 0);
    await disk.write(await espImage(folder, loaders), 0, esp.length * MIB, esp.start * MIB);
    await disk.write(await slotImage(folder, loaders.kernel), 0, rootA.length * MIB, rootA.start * MIB);
  } finally {
    await disk.close();
  }
  return raw;
}

async function espImage(folder: string, { shim, grub }: { shim: string; grub: string }): Promise<Buffer> {
  const image = join(folder, 'esp.img');
  await writeFile(image, Buffer.alloc(esp.length * MIB));
  await run('mkfs.vfat', '-F', '32', image);
  await run('mmd', '-i', image, '::/EFI', '::/EFI/BOOT', '::/EFI/debian');
  await writeFile(join(folder, 'grubenv'), '# GRUB Environment Block\n'.padEnd(1024, '#'));
  await writeFile(join(folder, 'grub.cfg'), '# nothing\n');
  for (const [from, to] of [
    [shim, SHIM],
    [grub, 'EFI/BOOT/grubx64.efi'],
    [shim, 'EFI/debian/shimx64.efi'],
    [grub, 'EFI/debian/grubx64.efi'],
    [join(folder, 'grubenv'), 'EFI/debian/grubenv'],
    [join(folder, 'grub.cfg'), 'EFI/debian/grub.cfg'],
  ] as const)
    await run('mcopy', '-i', image, from, `::/${to}`);
  return readFile(image);
}

async function slotImage(folder: string, kernel: string): Promise<Buffer> {
  const tree = join(folder, 'tree');
  await mkdir(join(tree, 'boot'), { recursive: true });
  await copyFile(kernel, join(tree, 'boot/vmlinuz-6.1.0-sample'));
  await run('ln', '-s', 'vmlinuz-6.1.0-sample', join(tree, 'boot/vmlinuz'));
  const image = join(folder, 'slot.img');
  await run('mkfs.ext4', '-q', '-d', tree, image, `${rootA.length}M`);
  return readFile(image);
}
