import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.ts';
import { asTreeOwner } from '../exec/rootless.ts';
import type { StepProgress } from '../progress.ts';
import { GIB } from '../recipe/size.ts';
import { makeBuildDisk } from '../steps/slot.ts';
import { unpackTree } from '../steps/unpack.ts';
import { takeKernel } from './kernel.ts';
import { withLastWords } from './last-words.ts';

/** Sparse: only what is written takes room. */
const DISK_BYTES = 8 * GIB;
const EXPORT_BYTES = 6 * GIB;

/**
 * Lets `build` run Packer against a machine booted from the tree, and puts the tree the machine hands over in its
 * place. The machine is emulated without KVM: it has no boot loader yet, so nothing could prove beforehand that KVM
 * runs it.
 * @param build gets the variables of the rendered vm source
 * @throws {KilnError} with the machine's last console lines when it did not get as far as the provisioners
 */
export async function inBuildMachine(
  ctx: Context,
  step: StepProgress,
  input: { treeDir: string; toolTree: string; epoch: number; logDir: string },
  build: (variables: Record<string, string>) => Promise<void>,
): Promise<void> {
  const { treeDir, logDir } = input;
  const workDir = join(ctx.scratch, 'vm');
  await mkdir(workDir);
  const logFile = join(logDir, 'vm.log');
  await rm(logFile, { force: true });
  const kernel = await takeKernel(ctx.exec, treeDir, workDir, logFile);
  step.detail('making the disk of the build machine');
  const disk = join(workDir, 'build.raw');
  await makeBuildDisk(ctx, { ...input, bytes: DISK_BYTES, output: disk, logFile });
  const handedOver = join(workDir, 'export.raw');
  await writeFile(handedOver, '');
  await truncate(handedOver, EXPORT_BYTES);
  const serialLog = join(logDir, 'vm-serial.log');
  await rm(serialLog, { force: true });
  step.detail('booting the build machine');
  await withLastWords(serialLog, () =>
    build({
      vm_disk: disk,
      vm_kernel: kernel.kernel,
      vm_initrd: kernel.initrd,
      vm_export: handedOver,
      vm_output: join(workDir, 'output'),
      vm_serial_log: serialLog,
      accelerator: 'tcg',
    }),
  );
  step.detail('taking over the tree of the build machine');
  await ctx.exec.run(asTreeOwner(['find', treeDir, '-mindepth', '1', '-delete']), {
    purpose: 'make room for the tree of the build machine',
    timeoutSeconds: 600,
  });
  await unpackTree(ctx, handedOver, treeDir);
  await rm(workDir, { recursive: true });
}
