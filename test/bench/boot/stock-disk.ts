import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../../../src/builder/exec/run.ts';
import { hostMirror, sourceLines, suitesOf } from '../../../src/builder/tools/apt.ts';

/** What Debian's own cloud images are made of, as far as a start goes. */
const packages = [
  ...['linux-image-amd64', 'systemd-sysv', 'cloud-init', 'netplan.io', 'systemd-resolved'],
  ...['openssh-server', 'sudo', 'grub-efi-amd64-signed'],
];

const MIB = 2 ** 20;
const ESP = { start: MIB, length: 64 * MIB };
const ROOT = { start: ESP.start + ESP.length, length: 3072 * MIB };
const SECTOR = 512;

/**
 * A stock Debian 13 with cloud-init on a disk that UEFI starts: `important` packages with what they recommend, Debian's
 * kernel, initramfs and GRUB, nothing configured but a root file system. GRUB's usual five seconds of waiting are left
 * out, in favour of the stock system.
 * @returns path of a sparse raw disk
 */
export async function makeStockDisk(exec: Exec, folder: string): Promise<string> {
  const tree = join(existsSync('/dev/shm') ? '/dev/shm' : folder, `kiln-stock-${process.pid}`);
  const run = (purpose: string, argv: readonly [string, ...string[]], input?: string) =>
    exec.run(argv, {
      purpose,
      timeoutSeconds: 1800,
      env: { TMPDIR: folder },
      ...(input === undefined ? {} : { input }),
    });
  try {
    await run('build the stock tree', [
      ...(['mmdebstrap', '--mode=root', '--variant=important', '--format=directory', '--architectures=amd64'] as const),
      ...['--keyring=/usr/share/keyrings/debian-archive-keyring.gpg', '--dpkgopt=force-unsafe-io'],
      ...['--aptopt=APT::Install-Recommends "true"', '--aptopt=Acquire::Languages "none"'],
      ...[`--include=${packages.join(',')}`, 'trixie', tree],
      ...sourceLines(suitesOf(await hostMirror(exec), 'trixie')),
    ]);
    await writeFile(join(tree, 'etc/fstab'), 'LABEL=stock / ext4 defaults 0 1\n');
    const version = (await readdir(join(tree, 'usr/lib/modules')))[0] ?? '';
    const disk = join(folder, 'stock.raw');
    await writeFile(disk, '');
    await truncate(disk, ROOT.start + ROOT.length + MIB);
    const sectors = ({ start, length }: typeof ESP): string => `start=${start / SECTOR}, size=${length / SECTOR}`;
    const partitions = `label: gpt\n${sectors(ESP)}, type=uefi\n${sectors(ROOT)}, type=linux\n`;
    await run('write the stock partition table', ['sfdisk', '--quiet', disk], partitions);
    const efi = join(folder, 'EFI');
    for (const name of ['BOOT', 'debian']) await mkdir(join(efi, name), { recursive: true });
    await cp(join(tree, 'usr/lib/grub/x86_64-efi-signed/grubx64.efi.signed'), join(efi, 'BOOT/BOOTX64.EFI'));
    await writeFile(
      join(efi, 'debian/grub.cfg'),
      [
        'search --no-floppy --label stock --set=root',
        `linux /boot/vmlinuz-${version} root=LABEL=stock ro console=tty0 console=ttyS0,115200 quiet`,
        `initrd /boot/initrd.img-${version}`,
        'boot\n',
      ].join('\n'),
    );
    const esp = `${disk}@@${ESP.start}`;
    await run('make the stock ESP', ['mformat', '-i', esp, '-F', '-T', String(ESP.length / SECTOR), '::']);
    await run('fill the stock ESP', ['mcopy', '-s', '-i', esp, efi, '::/']);
    await run('make the stock root', [
      ...(['mke2fs', '-q', '-F', '-t', 'ext4', '-L', 'stock', '-d', tree] as const),
      ...['-E', `offset=${ROOT.start}`, disk, `${ROOT.length / 1024}k`],
    ]);
    return disk;
  } finally {
    await rm(tree, { recursive: true, force: true });
  }
}
