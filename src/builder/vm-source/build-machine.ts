import { mkdir, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { KilnError } from '../errors.ts';
import { asTreeOwner } from '../exec/rootless.ts';
import type { StepProgress } from '../progress.ts';
import { GIB } from '../recipe/size.ts';
import { makeBuildDisk } from '../steps/slot.ts';
import { unpackTree } from '../steps/unpack.ts';

const DISK_BYTES = 8 * GIB;
const EXPORT_BYTES = 6 * GIB;
const SERIAL_TAIL = 40;

/**
 * Lets `build` run Packer against a machine booted from the tree, and puts the tree the machine hands over in its
 * place. The machine is emulated without KVM: it has no boot loader yet, so nothing could prove beforehand that KVM
 * runs it.
 * @param build gets the variables of the rendered vm source
 * @throws {KilnError} with the machine's last console lines when it did not answer
 */
export async function inBuildMachine(
  ctx: Context,
  step: StepProgress,
  input: { treeDir: string; toolTree: string; epoch: number; logDir: string },
  build: (variables: Record<string, string>) => Promise<void>,
): Promise<void> {
  const { treeDir } = input;
  const workDir = join(ctx.scratch, 'vm');
  await mkdir(workDir);
  const logFile = join(input.logDir, 'vm.log');
  const kernel = await takeKernel(ctx, treeDir, workDir, logFile);
  step.detail('making the disk of the build machine');
  const disk = join(workDir, 'build.raw');
  await makeBuildDisk(ctx, { ...input, bytes: DISK_BYTES, output: disk, logFile });
  const handedOver = join(workDir, 'export.raw');
  await writeFile(handedOver, '');
  await truncate(handedOver, EXPORT_BYTES);
  const serialLog = join(input.logDir, 'vm-serial.log');
  try {
    await build({
      vm_disk: disk,
      ...kernel,
      vm_export: handedOver,
      vm_output: join(workDir, 'output'),
      vm_serial_log: serialLog,
      accelerator: 'tcg',
    });
  } catch (error) {
    if (!(error instanceof KilnError) || !/Timeout waiting for SSH|waiting for SSH/.test(error.message)) throw error;
    const said = await readFile(serialLog, 'utf8').catch(() => '');
    const lines = said.trimEnd().split(/\r?\n/).slice(-SERIAL_TAIL);
    throw new KilnError({
      code: 'provisioner-failed',
      message: `the build machine did not answer by SSH; its console ends with\n${lines.map((line) => `  | ${line}`).join('\n')}`,
      hint: `The whole console is in ${serialLog}.`,
      cause: error,
    });
  }
  await ctx.exec.run(asTreeOwner(['find', treeDir, '-mindepth', '1', '-delete']), {
    purpose: 'make room for the tree of the build machine',
    timeoutSeconds: 600,
  });
  await unpackTree(ctx, handedOver, treeDir);
}

/** Makes an initramfs for the tree's kernel and copies both to where QEMU can read them. */
async function takeKernel(
  ctx: Context,
  treeDir: string,
  workDir: string,
  logFile: string,
): Promise<{ vm_kernel: string; vm_initrd: string }> {
  const [version] = await readdir(join(treeDir, 'usr/lib/modules'));
  if (version === undefined) throw new Error('the base tree has no kernel');
  await ctx.exec.run(
    asTreeOwner([
      ...(['unshare', '--mount', '--pid', '--fork', '--kill-child=KILL', `--mount-proc=${treeDir}/proc`, '--'] as const),
      ...['chroot', treeDir, 'update-initramfs', '-c', '-k', version],
    ]),
    { purpose: 'make an initramfs for the build machine', timeoutSeconds: 600, logFile },
  );
  const vm_kernel = join(workDir, 'vmlinuz');
  const vm_initrd = join(workDir, 'initrd.img');
  const copy = 'cat "$1" && rm "$1"';
  await ctx.exec.run(['cp', join(treeDir, `boot/vmlinuz-${version}`), vm_kernel], {
    purpose: 'copy the kernel',
    timeoutSeconds: 60,
  });
  await ctx.exec.run(asTreeOwner(['sh', '-c', copy, 'sh', join(treeDir, `boot/initrd.img-${version}`)]), {
    purpose: 'copy the initramfs',
    timeoutSeconds: 60,
    stdoutFile: vm_initrd,
  });
  return { vm_kernel, vm_initrd };
}
