import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createExec } from '../../../src/builder/exec/run.ts';
import { noCloud } from '../../../src/builder/smoke/channels/nocloud.ts';
import { LOGIN_USER } from '../../../src/builder/smoke/channels/user-data.ts';
import { guestFiles } from '../../../src/builder/smoke/guest/arguments.ts';
import { Guest } from '../../../src/builder/smoke/guest/guest.ts';
import type { GuestForward } from '../../../src/builder/smoke/guest/network.ts';
import { login, type SshShell } from '../../../src/builder/smoke/guest/shell.ts';
import { createOverlay } from '../../../src/builder/tools/qemu-disk.ts';
import { type KeyPair, makeKeyPair } from '../../../src/builder/tools/ssh-keygen.ts';

export const BOOT_SECONDS = 900;
const MAC = '52:54:00:4b:49:4c';

export interface LiveGuestInput {
  readonly name: string;
  /** A disk that is not written: a node as QEMU's block layer takes it. */
  readonly block: { readonly driver: string; readonly file: { readonly driver: 'file'; readonly filename: string } };
  readonly diskBytes: number;
  /** Ports of the guest to reach from here, besides 22. */
  readonly inward?: readonly number[];
  /** The work restarts the guest, which is a sign of failure otherwise. */
  readonly restarts?: true;
  /** Addresses of the guest's network and where on 127.0.0.1 they lead. */
  readonly forwards?: readonly GuestForward[];
}

export interface LiveGuest {
  readonly guest: Guest;
  readonly key: KeyPair;
  /** Every line of the serial console so far. */
  readonly lines: readonly string[];
  /** Logs in, again and again until it works. */
  login(user?: string, key?: KeyPair): Promise<SshShell>;
  /** Where on 127.0.0.1 a port of the guest is reached. */
  port(guest: number): number;
}

/** A disk image in a file. */
export function fileBlock(driver: 'raw' | 'qcow2', filename: string): LiveGuestInput['block'] {
  return { driver, file: { driver: 'file', filename } };
}

/** Starts one emulated machine with BIOS, virtio and a NoCloud disc, and ends it however the work ends. */
export async function withLiveGuest<T>(input: LiveGuestInput, work: (live: LiveGuest) => Promise<T>): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), `kiln-${input.name}-`));
  const over = new AbortController();
  // QEMU ends with the guest; what is over is trying to log in.
  const exec = createExec(new AbortController().signal);
  try {
    const folder = join(scratch, 'guest');
    await mkdir(folder);
    const key = await makeKeyPair(exec, join(scratch, 'key'), 'test');
    await createOverlay(
      exec,
      { block: input.block, driver: input.block.driver },
      join(folder, guestFiles.disk),
      input.diskBytes,
    );
    const identity = { hostname: input.name, publicKey: key.publicKey, mac: MAC };
    const { network, disc } = await noCloud({ network: 'dhcp' }).open({ exec, folder, identity });
    const lines: string[] = [];
    const guest = await Guest.start(exec, {
      name: input.name,
      folder,
      hardware: {
        ...{ firmware: 'bios', controller: 'virtio-blk', card: 'virtio-net', mac: MAC },
        ...{ cpus: 2, memoryBytes: 2 ** 30, smbios: {} },
      },
      network: { ...network, inward: input.inward ?? [], forwards: input.forwards ?? [] },
      disc,
      disk: {},
      accelerator: 'tcg',
      serialLog: join(scratch, 'serial.log'),
      limitSeconds: 3 * BOOT_SECONDS,
      onConsoleLine: (line) => lines.push(line),
    });
    const port = (wanted: number): number => guest.ports.find((one) => one.guest === wanted)?.host ?? 0;
    try {
      return await work({
        ...{ guest, key, lines, port },
        login: (user = LOGIN_USER, { privateKey } = key) => {
          const attempt = login({ port: port(22), user, privateKey, limitSeconds: BOOT_SECONDS, signal: over.signal });
          return input.restarts ? attempt : Promise.race([attempt, guest.hopeless]);
        },
      });
    } finally {
      over.abort();
      await guest.end();
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}
