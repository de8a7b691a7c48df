import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../../../src/builder/exec/run.ts';
import type { Accelerator } from '../../../src/builder/smoke/accelerator.ts';
import { noCloud } from '../../../src/builder/smoke/channels/nocloud.ts';
import { Transcript } from '../../../src/builder/smoke/console/transcript.ts';
import { guestFiles } from '../../../src/builder/smoke/guest/arguments.ts';
import { Guest } from '../../../src/builder/smoke/guest/guest.ts';
import { login } from '../../../src/builder/smoke/guest/shell.ts';
import { kvm } from '../../../src/builder/smoke/profiles/kvm.ts';
import { createOverlay } from '../../../src/builder/tools/qemu-disk.ts';
import type { KeyPair } from '../../../src/builder/tools/ssh-keygen.ts';

export interface BootInput {
  readonly name: string;
  /** A block node of the disk to start, which is not written. */
  readonly block: { readonly driver: string };
  readonly accelerator: Accelerator['name'];
  readonly key: KeyPair;
  /** A new folder for the guest; it is removed. */
  readonly folder: string;
}

const SIZE_BYTES = 8 * 2 ** 30;
const LIMIT_SECONDS = 900;

/**
 * Starts a system for the first time: UEFI, virtio, a NoCloud disc with a user, a key and a host name.
 * @returns seconds from power-on to the prompt on the serial console, and to a login over SSH
 */
export async function bootToLogin(exec: Exec, input: BootInput): Promise<{ prompt: number; login: number }> {
  const { folder, name, key, block } = input;
  await mkdir(folder, { recursive: true });
  const hardware = { ...kvm.hardware(undefined), firmware: 'uefi' as const };
  const channel = noCloud({ network: 'dhcp' });
  const identity = { hostname: name, publicKey: key.publicKey, mac: hardware.mac };
  const open = await channel.open({ exec, folder, identity });
  await createOverlay(exec, { block, driver: block.driver }, join(folder, guestFiles.disk), SIZE_BYTES);
  const machine = { name, hardware, network: open.network, disc: open.disc, disk: {} };
  const transcript = new Transcript();
  const guest = await Guest.start(exec, {
    ...machine,
    folder,
    accelerator: input.accelerator,
    serialLog: join(folder, 'serial.log'),
    limitSeconds: LIMIT_SECONDS,
    onConsoleLine: (line, seconds) => transcript.add(line, seconds),
  });
  let prompt = Number.NaN;
  const watch = setInterval(() => {
    if (Number.isNaN(prompt) && transcript.seesPrompt(guest.console.tail(1)[0] ?? '', guest.age)) prompt = guest.age;
  }, 100);
  try {
    const { sshPort: port } = guest;
    if (port === undefined) throw new Error('the guest has no SSH port');
    const { privateKey } = key;
    const attempt = login({
      port,
      user: channel.user ?? '',
      privateKey,
      limitSeconds: LIMIT_SECONDS,
      signal: exec.signal,
    });
    const shell = await Promise.race([attempt, guest.hopeless]);
    const seconds = guest.age;
    while (Number.isNaN(prompt) && guest.age < LIMIT_SECONDS) await new Promise((resolve) => setTimeout(resolve, 100));
    shell.close();
    return { prompt, login: seconds };
  } finally {
    clearInterval(watch);
    await guest.end();
    await open.close();
    await rm(folder, { recursive: true, force: true });
  }
}
