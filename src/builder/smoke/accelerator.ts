import { constants } from 'node:fs';
import { access, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { KilnError } from '../errors.ts';
import type { Exec } from '../exec/run.ts';
import { createOverlay, virtualSize } from '../tools/qemu-disk.ts';
import { guestFiles } from './guest/arguments.ts';
import { Guest } from './guest/guest.ts';
import type { Hardware } from './guest/hardware.ts';
import { type KvmCounters, kvmCounters } from './guest/kvm-counters.ts';
import { plainNetwork } from './guest/network.ts';
import type { OpenedDisk } from './open/opened-disk.ts';

/** How QEMU runs the guests of this run. */
export interface Accelerator {
  readonly name: 'kvm' | 'tcg';
  /** For a person: why this one. */
  readonly reason: string;
}

/** What a guest under KVM has shown so far. */
export interface ProbeSight {
  /** A line that only a running kernel prints came over the serial port. */
  readonly kernelSpoke: boolean;
  /** QEMU's run state, or `ended`. */
  readonly status: string;
  /** Undefined where nobody counts. */
  readonly counters: KvmCounters | undefined;
  readonly seconds: number;
}

const DEVICE = '/dev/kvm';
/** A guest under KVM is at its login prompt long before; one that can not run a kernel mostly says so at once. */
const PROBE_SECONDS = 60;
/**
 * Where processors run a guest, KVM carries out at most an instruction each time they leave it. Many for one exit mean
 * that it interprets the guest, slower than QEMU does; the firmware alone takes seconds then. Processors from before
 * 2010 need that for a moment, while the firmware is in real mode.
 */
const INTERPRETED = { seconds: 3, instructions: 1_000_000, perExit: 10 } as const;
const TAIL_LINES = 50;
const POLL_MS = 250;
const KERNEL_LINE = /^\[ *\d+\.\d{6}\] |login:/;

const probeHardware: Hardware = {
  firmware: 'bios',
  controller: 'virtio-blk',
  card: 'virtio-net',
  mac: '52:54:00:12:34:56',
  cpus: 1,
  memoryBytes: 512 * 2 ** 20,
  smbios: {},
};

/**
 * Finds out whether KVM really runs a guest here. A device that opens proves nothing: nested and para-virtual hosts
 * have one that stops in the kernel's decompressor. So the artifact's own kernel has to speak.
 * @param disk any disk of the release
 */
export async function chooseAccelerator(exec: Exec, disk: OpenedDisk, scratch: string): Promise<Accelerator> {
  try {
    await access(DEVICE, constants.R_OK | constants.W_OK);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    return { name: 'tcg', reason: missing ? `there is no ${DEVICE}` : `${DEVICE} may not be opened by this user` };
  }
  const folder = join(scratch, 'accelerator');
  await mkdir(folder);
  try {
    return await probe(exec, disk, folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns undefined while nothing is decided */
export function judgeProbe(sight: ProbeSight): Accelerator | undefined {
  if (sight.kernelSpoke) return { name: 'kvm', reason: 'a guest’s kernel ran under it' };
  if (sight.status === 'internal-error')
    return { name: 'tcg', reason: `${DEVICE} opens, but can not run a kernel (KVM internal error)` };
  if (sight.status !== 'running')
    return { name: 'tcg', reason: `${DEVICE} opens, but QEMU was ${sight.status} before the kernel ran` };
  if (isInterpreted(sight))
    return { name: 'tcg', reason: `${DEVICE} opens, but KVM only interprets a guest’s instructions, one by one` };
  if (sight.seconds < PROBE_SECONDS) return undefined;
  return { name: 'tcg', reason: `${DEVICE} opens, but no kernel spoke within ${PROBE_SECONDS} s` };
}

function isInterpreted({ counters, seconds }: ProbeSight): boolean {
  if (counters === undefined || seconds < INTERPRETED.seconds) return false;
  const { exits, emulatedInstructions } = counters;
  return emulatedInstructions > INTERPRETED.instructions && emulatedInstructions > INTERPRETED.perExit * exits;
}

async function probe(exec: Exec, disk: OpenedDisk, folder: string): Promise<Accelerator> {
  const below = { block: disk.block, driver: disk.block.driver };
  await createOverlay(exec, below, join(folder, guestFiles.disk), await virtualSize(exec, disk.block));
  const input = {
    name: 'accelerator',
    folder,
    hardware: probeHardware,
    network: plainNetwork,
    disc: false,
    disk: {},
    accelerator: 'kvm',
    serialLog: join(folder, 'serial.log'),
    limitSeconds: 2 * PROBE_SECONDS,
    onConsoleLine: () => undefined,
  } as const;
  let guest: Guest;
  try {
    guest = await Guest.start(exec, input);
  } catch (error) {
    if (error instanceof KilnError && error.code === 'tool-failed')
      return { name: 'tcg', reason: `QEMU can not use ${DEVICE}` };
    throw error;
  }
  try {
    for (;;) {
      const kernelSpoke = guest.console.tail(TAIL_LINES).some((line) => KERNEL_LINE.test(line));
      const status = await guest.qmp.status().catch(() => 'ended');
      const counters = await kvmCounters(guest.qmp);
      const verdict = judgeProbe({ kernelSpoke, status, counters, seconds: guest.age });
      if (verdict !== undefined) return verdict;
      await sleep(POLL_MS, undefined, { signal: exec.signal });
    }
  } finally {
    await guest.end();
  }
}
