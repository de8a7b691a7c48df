import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KilnError } from '../errors.ts';
import { asTreeOwner } from '../exec/rootless.ts';
import type { Exec } from '../exec/run.ts';

/**
 * Makes an initramfs for the tree's kernel and puts both where QEMU can read them. The tree is left as it was, but for
 * the checksum that initramfs-tools keeps of its last work.
 */
export async function takeKernel(
  exec: Exec,
  treeDir: string,
  workDir: string,
  logFile: string,
): Promise<{ kernel: string; initrd: string }> {
  const [version] = await readdir(join(treeDir, 'usr/lib/modules'));
  if (version === undefined) {
    throw new KilnError({
      code: 'host-unsupported',
      message: 'the base tree has no kernel to boot the build machine with',
      hint: 'Use the sandbox source.',
    });
  }
  const inTree: [string, ...string[]] = [
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child=KILL',
    `--mount-proc=${treeDir}/proc`,
    '--',
  ];
  await exec.run(asTreeOwner([...inTree, 'chroot', treeDir, 'update-initramfs', '-c', '-k', version]), {
    purpose: 'make an initramfs for the build machine',
    timeoutSeconds: 600,
    logFile,
  });
  const kernel = join(workDir, 'vmlinuz');
  const initrd = join(workDir, 'initrd.img');
  const move = async (name: string, to: string, command: string): Promise<void> => {
    await exec.run(asTreeOwner(['sh', '-euc', command, 'sh', join(treeDir, 'boot', `${name}-${version}`)]), {
      purpose: `take the ${name} of the build machine`,
      timeoutSeconds: 60,
      stdoutFile: to,
    });
  };
  await move('vmlinuz', kernel, 'cat "$1"');
  await move('initrd.img', initrd, 'cat "$1"; rm "$1"');
  return { kernel, initrd };
}
