import { copyFile, readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Exec } from '../../exec/run.ts';
import { runGuest } from '../../tools/qemu-system.ts';
import type { Accelerator } from '../accelerator.ts';
import { Neighbour } from '../neighbour/neighbour.ts';
import { guestFiles, type Machine, ovmf, qemuArguments } from './arguments.ts';
import { Console } from './console.ts';
import { deadEnd } from './dead-end.ts';
import { needsLoaderDisk, unplugWhenKernelRuns } from './loader-disk.ts';
import { Qmp } from './qmp.ts';
import { type Listener, listenOnce } from './socket.ts';

export interface GuestInput extends Machine {
  /** Holds the disk and, where there is one, the disc already, under the names of {@link guestFiles}. */
  readonly folder: string;
  readonly accelerator: Accelerator['name'];
  readonly serialLog: string;
  /** QEMU is stopped after this long whatever happens. */
  readonly limitSeconds: number;
  /** @param seconds since power-on */
  readonly onConsoleLine: (line: string, seconds: number) => void;
}

/** From a broken connection to QEMU's end. */
const END_MS = 5_000;
const SSH_PORT = 22;
const BIOS_HEARD_CHARACTERS = 4096;
const BIOS_HANDS_OVER = 'Booting from 0000:7c00';

/** A running guest. Whoever starts one calls {@link Guest.end}. */
export class Guest {
  readonly console: Console;
  readonly qmp: Qmp;
  /** On 127.0.0.1, leads to the guest's port 22; undefined where the guest's network leads nowhere. */
  readonly sshPort: number | undefined;
  /** TCP ports of the guest and where on 127.0.0.1 they are reached. */
  readonly ports: readonly { readonly guest: number; readonly host: number }[];
  /** What is written there the guest reads as typed at its serial console. */
  readonly serial: Socket;
  /** Seconds from power-on to the moment the BIOS handed over; undefined while it has not, and under UEFI. */
  readonly biosSeconds: () => number | undefined;
  /** Settles when QEMU ends: undefined after a clean end, else what went wrong. */
  readonly ended: Promise<unknown>;
  /** Rejects when nothing more is to be expected: QEMU has ended, or the console told that the boot failed. */
  readonly hopeless: Promise<never>;
  readonly #folder: string;
  readonly #started: number;

  private constructor(
    parts: Pick<Guest, 'console' | 'qmp' | 'ports' | 'serial' | 'biosSeconds' | 'ended' | 'hopeless'>,
    folder: string,
    started: number,
  ) {
    this.console = parts.console;
    this.qmp = parts.qmp;
    this.ports = parts.ports;
    this.serial = parts.serial;
    this.sshPort = parts.ports.find(({ guest }) => guest === SSH_PORT)?.host;
    this.biosSeconds = parts.biosSeconds;
    this.ended = parts.ended;
    this.hopeless = parts.hopeless;
    this.#folder = folder;
    this.#started = started;
  }

  /** @throws {KilnError} when QEMU does not start */
  static async start(exec: Exec, input: GuestInput): Promise<Guest> {
    const { folder, hardware } = input;
    const bios = hardware.firmware === 'bios';
    if (hardware.firmware !== 'bios') {
      await copyFile(ovmf[hardware.firmware].variables, join(folder, guestFiles.firmwareVariables));
    }
    const listeners = {
      serial: await listenOnce(folder, guestFiles.serialSocket),
      control: await listenOnce(folder, guestFiles.controlSocket),
      firmware: bios ? await listenOnce(folder, guestFiles.firmwareSocket) : undefined,
      neighbour: input.network.neighbour.length > 0 ? await listenOnce(folder, guestFiles.neighbourSocket) : undefined,
    };
    const { hopeless, giveUp } = hope();
    const serialConsole = new Console(input.serialLog, (line, seconds) => {
      input.onConsoleLine(line, seconds);
      const meaning = deadEnd(line);
      if (meaning !== undefined) giveUp(new Error(`${meaning}: ${line}`));
    });
    const started = performance.now();
    const ended = runGuest(exec, qemuArguments(input, input.accelerator), folder, input.limitSeconds).then(
      () => undefined,
      (error: unknown) => error,
    );
    void ended.then((error) => giveUp(error ?? new Error('the guest powered off by itself')));
    const biosSeconds = watchBios(listeners.firmware, started, giveUp);
    // Whoever waits for it waits for the rest of QEMU too.
    listeners.neighbour?.connection.then(
      (socket) => new Neighbour(socket, input.network.neighbour),
      () => undefined,
    );
    try {
      const serial = await Promise.race([listeners.serial.connection, hopeless]);
      serialConsole.attach(serial);
      const qmp = await Qmp.start(await Promise.race([listeners.control.connection, hopeless]));
      const ports = input.network.kind === 'silent' ? [] : forwardedPorts(await qmp.human('info usernet'));
      if (needsLoaderDisk(hardware)) void unplugWhenKernelRuns(qmp, exec.signal).catch(giveUp);
      return new Guest({ console: serialConsole, qmp, ports, serial, biosSeconds, ended, hopeless }, folder, started);
    } catch (error) {
      await Promise.all([...Object.values(listeners).map((one) => one?.close()), serialConsole.close()]);
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

  /** Presses the power button (ACPI), as every platform can. */
  async pressPower(): Promise<void> {
    await this.qmp.execute('system_powerdown');
  }

  /** Takes the power away: QEMU is killed and can put nothing in order. */
  async cutPower(): Promise<void> {
    const pid = Number(await readFile(join(this.#folder, guestFiles.processId), 'utf8'));
    try {
      if (Number.isInteger(pid) && pid > 1) process.kill(pid, 'SIGKILL');
    } catch (error) {
      // ESRCH: it has ended by itself already.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    await this.end();
  }

  /** Stops QEMU if it still runs, and closes the serial log. */
  async end(): Promise<void> {
    await this.qmp.execute('quit').catch(() => undefined);
    await this.ended;
    await this.console.close();
  }
}

/** SeaBIOS tells its debug port what goes to the screen: "Booting from 0000:7c00" as its last when all is well. */
function watchBios(
  firmware: Listener | undefined,
  started: number,
  giveUp: (reason: unknown) => void,
): () => number | undefined {
  let seconds: number | undefined;
  let heard = '';
  const listen = (socket: Socket): void => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      heard = `${heard}${chunk.toString('latin1')}`.slice(-BIOS_HEARD_CHARACTERS);
      if (heard.includes(BIOS_HANDS_OVER)) seconds ??= (performance.now() - started) / 1000;
      const meaning = deadEnd(heard);
      if (meaning !== undefined) giveUp(new Error(`${meaning}: SeaBIOS says so`));
    });
  };
  firmware?.connection.then(listen, () => undefined);
  return () => seconds;
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

/** `info usernet` has lines like `TCP[HOST_FORWARD]  3  127.0.0.1 45675  10.0.2.15 22  0 0`. */
export function forwardedPorts(info: string): Guest['ports'] {
  const lines = info.matchAll(/TCP\[HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+[\d.]+\s+(\d+)\s/g);
  return [...lines].map(([, host, guest]) => ({ host: Number(host), guest: Number(guest) }));
}
