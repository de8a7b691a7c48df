import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exec } from '../../exec/run.ts';
import { runGuest } from '../../tools/qemu-system.ts';
import type { Accelerator } from '../accelerator.ts';
import { guestFiles, ovmf, qemuArguments } from './arguments.ts';
import { Console } from './console.ts';
import type { Hardware } from './hardware.ts';
import { Qmp } from './qmp.ts';
import { type Listener, listenOnce } from './socket.ts';

export interface GuestInput {
  readonly name: string;
  /** Holds the disk and the seed already, under the names of {@link guestFiles}. */
  readonly folder: string;
  readonly hardware: Hardware;
  readonly accelerator: Accelerator['name'];
  readonly serialLog: string;
  /** QEMU is stopped after this long whatever happens. */
  readonly limitSeconds: number;
  readonly onConsoleLine: (line: string) => void;
}

/** From a broken connection to QEMU's end. */
const END_MS = 5_000;

/** A running guest. Whoever starts one calls {@link Guest.end}. */
export class Guest {
  readonly console: Console;
  readonly qmp: Qmp;
  /** On 127.0.0.1, leads to the guest's port 22. */
  readonly sshPort: number;
  /** Settles when QEMU ends: undefined after a clean end, else what went wrong. */
  readonly ended: Promise<unknown>;
  readonly #folder: string;
  readonly #started: number;

  private constructor(parts: Pick<Guest, 'console' | 'qmp' | 'sshPort' | 'ended'>, folder: string, started: number) {
    this.console = parts.console;
    this.qmp = parts.qmp;
    this.sshPort = parts.sshPort;
    this.ended = parts.ended;
    this.#folder = folder;
    this.#started = started;
  }

  /** @throws {KilnError} when QEMU does not start */
  static async start(exec: Exec, input: GuestInput): Promise<Guest> {
    const { folder, hardware } = input;
    if (hardware.firmware !== 'bios') {
      await copyFile(ovmf[hardware.firmware].variables, join(folder, guestFiles.firmwareVariables));
    }
    const serial = await listenOnce(folder, guestFiles.serialSocket);
    const control = await listenOnce(folder, guestFiles.controlSocket);
    const serialConsole = new Console(input.serialLog, input.onConsoleLine);
    const started = performance.now();
    const argv = qemuArguments(input.name, hardware, input.accelerator);
    const ended = runGuest(exec, argv, folder, input.limitSeconds).then(
      () => undefined,
      (error: unknown) => error,
    );
    try {
      serialConsole.attach(await connected(serial, ended));
      const qmp = await Qmp.start(await connected(control, ended));
      const sshPort = forwardedPort(await qmp.human('info usernet'));
      return new Guest({ console: serialConsole, qmp, sshPort, ended }, folder, started);
    } catch (error) {
      await Promise.all([serial.close(), control.close(), serialConsole.close()]);
      // A broken connection comes before the reason it broke; QEMU without a connection has nothing to live for.
      throw (await Promise.race([ended, sleep(END_MS)])) ?? error;
    }
  }

  /** Seconds since power-on. */
  get age(): number {
    return (performance.now() - this.#started) / 1000;
  }

  /** @returns whether QEMU ended within that time */
  async endsWithin(seconds: number): Promise<boolean> {
    const stop = new AbortController();
    const late = sleep(seconds * 1000, false, { signal: stop.signal }).catch(() => false);
    const result = await Promise.race([this.ended.then(() => true), late]);
    stop.abort();
    return result;
  }

  /** Takes a picture of the display. @returns false when QEMU would not */
  async screenshot(target: string): Promise<boolean> {
    try {
      await this.qmp.execute('screendump', { filename: guestFiles.screenshot, format: 'png' });
      await copyFile(join(this.#folder, guestFiles.screenshot), target);
      return true;
    } catch {
      // QEMU has ended already, or was built without PNG: the serial log has to do.
      return false;
    }
  }

  /** Stops QEMU if it still runs, and closes the serial log. */
  async end(): Promise<void> {
    await this.qmp.execute('quit').catch(() => undefined);
    await this.ended;
    await this.console.close();
  }
}

/** QEMU connects as it starts; when it ends instead, that is the answer. */
async function connected(listener: Listener, ended: Promise<unknown>) {
  const failed = ended.then((error): never => {
    throw error ?? new Error('QEMU ended at once');
  });
  return Promise.race([listener.connection, failed]);
}

/** `info usernet` has a line `TCP[HOST_FORWARD]  3  127.0.0.1 45675  10.0.2.15 22  0 0`. */
export function forwardedPort(info: string): number {
  const port = /TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s/.exec(info)?.[1];
  if (port === undefined) throw new Error(`QEMU names no forwarded port: ${info}`);
  return Number(port);
}
