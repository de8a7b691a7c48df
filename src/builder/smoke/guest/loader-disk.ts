import { setTimeout as sleep } from 'node:timers/promises';
import type { Hardware } from './hardware.ts';
import type { Qmp } from './qmp.ts';

/** Identifies the stand-in in QEMU. */
export const LOADER_DISK = 'loader';
/** Where Linux on x86-64 maps itself (Documentation/arch/x86/x86_64/mm.rst); firmware and loaders run far below. */
const KERNEL_SPACE = 0xffff_ffff_8000_0000n;
const POLL_MS = 100;

/**
 * Whether the firmware has no driver for the guest's controller, as Debian's OVMF has none for VMware's and LSI's. Then
 * firmware and boot loader read the same disk through USB, which is unplugged the moment the kernel runs: the kernel
 * has to find its root on the platform's controller.
 */
export function needsLoaderDisk({ firmware, controller }: Hardware): boolean {
  return firmware !== 'bios' && (controller === 'pvscsi' || controller === 'lsi-sas');
}

/** @param registers the answer to `info registers` for one processor */
export function inKernel(registers: string): boolean {
  const pointer = /\bRIP=([0-9a-f]{16})\b/.exec(registers)?.[1];
  return pointer !== undefined && BigInt(`0x${pointer}`) >= KERNEL_SPACE;
}

/** Returns once the stand-in is unplugged, or QEMU has ended. The guest stands still while it is. */
export async function unplugWhenKernelRuns(qmp: Qmp, signal: AbortSignal): Promise<void> {
  try {
    while (!inKernel(await qmp.human('info registers'))) await sleep(POLL_MS, undefined, { signal });
    await qmp.execute('stop');
    await qmp.execute('device_del', { id: LOADER_DISK });
    await qmp.execute('cont');
  } catch (error) {
    // The guest's own fate is told elsewhere: by its end, or by whoever waits for its login.
    if (!qmp.closed && !signal.aborted) throw error;
  }
}
