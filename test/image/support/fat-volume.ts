import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Guest } from '../../../src/builder/smoke/guest/guest.ts';

/** Makes a file that is a small FAT disk without partitions, as `mkfs.vfat -n LABEL` makes of a USB stick. */
export function makeFatVolume(folder: string, label: string, files: readonly string[]): string {
  const image = join(folder, `${label}.img`);
  execFileSync('mformat', ['-i', image, '-C', '-f', '1440', '-v', label, '::']);
  execFileSync('mcopy', ['-i', image, ...files, '::']);
  return image;
}

/** Attaches a disk to a running guest, as an operator does in the hypervisor's window. It is not written to. */
export async function attachDisk(guest: Guest, name: string, image: string): Promise<void> {
  const file = { driver: 'file', filename: image, 'read-only': true };
  await guest.qmp.execute('blockdev-add', { driver: 'raw', 'node-name': name, 'read-only': true, file });
  await guest.qmp.execute('device_add', { driver: 'virtio-blk-pci', drive: name, id: `${name}-disk` });
}
