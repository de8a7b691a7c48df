import { stat } from 'node:fs/promises';
import { convertToQcow2 } from '../tools/qemu-img.ts';
import { digestOfFile } from './hash-file.ts';
import type { Target } from './target.ts';

/** KVM, libvirt, Proxmox, OpenStack: a compressed qcow2. */
export const kvm: Target = {
  kind: 'kvm',
  title: 'Write the qcow2 for KVM',
  async wrap({ exec, disk, pool }, path, step) {
    await convertToQcow2(exec, disk.path, path, pool.threads);
    step.detail('checksum');
    return digestOfFile(pool, path, (await stat(path)).size);
  },
};
