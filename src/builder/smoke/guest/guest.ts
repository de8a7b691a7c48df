import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exec } from '../../exec/run.ts';
import { runGuest } from '../../tools/qemu-system.ts';
import type { Accelerator } from '../accelerator.ts';
import { guestFiles, ovmf, qemuArguments } from './arguments.ts';
import { Console } from './console.ts';
import { deadEnd } from './dead-end.ts';
import type { Hardware } from './hardware.ts';
import { needsLoaderDisk, unplugWhenKernelRuns } from './loader-disk.ts';
import { Qmp } from './qmp.ts';
import { listenOnce } from './socket.ts';

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
  /** Rejects when nothing more is to be expected: QEMU has ended, or the console told that the boot failed. */
  readonly hopeless: Promise<never>;
  readonly #folder: string;
  readonly #started: number;

  private constructor(
    parts: Pick<Guest, 'console' | 'qmp' | 'sshPort' | 'ended' | 'hopeless'>,
    folder: string,
    started: number,
  ) {
    this.console = parts.console;
    this.qmp = parts.qmp;
    this.sshPort = parts.sshPort;
    this.ended = parts.ended;
    this.hopeless = parts.hopeless;
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
    const { hopeless, giveUp } = hope();
    const serialConsole = new Console(input.serialLog, (line) => {
      input.onConsoleLine(line);
      const meaning = deadEnd(line);
      if (meaning !== undefined) giveUp(new Error(`${meaning}: ${line}`));
    });
    const started = performance.now();
    const argv = qemuArguments(input.name, hardware, input.accelerator);
    const ended = runGuest(exec, argv, folder, input.limitSeconds).then(
      () => undefined,
      (error: unknown) => error,
    );
    void ended.then((error) => giveUp(error ?? new Error('the guest powered off by itself')));
    try {
      serialConsole.attach(await Promise.race([serial.connection, hopeless]));
      const qmp = await Qmp.start(await Promise.race([control.connection, hopeless]));
      const sshPort = forwardedPort(await qmp.human('info usernet'));
      if (needsLoaderDisk(hardware)) void unplugWhenKernelRuns(qmp, exec.signal).catch(giveUp);
      return new Guest({ console: serialConsole, qmp, sshPort, ended, hopeless }, folder, started);
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

/** A promise that only ever rejects, by the first reason; nobody has to listen. */
function hope(): { hopeless: Promise<never>; giveUp: (reason: unknown) => void } {
  let giveUp: (reason: unknown) => void = () => undefined;
  const hopeless = new Promise<never>((_, reject) => {
    giveUp = reject;
  });
  hopeless.catch(() => undefined);
  return { hopeless, giveUp };
}

/** `info usernet` has a line `TCP[HOST_FORWARD]  3  127.0.0.1 45675  10.0.2.15 22  0 0`. */
export function forwardedPort(info: string): number {
  const port = /TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s/.exec(info)?.[1];
  if (port === undefined) throw new Error(`QEMU names no forwarded port: ${info}`);
  return Number(port);
}
