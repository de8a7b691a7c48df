import type { Readable, Writable } from 'node:stream';
import { interrupted } from '../errors.ts';
import type { Guest } from './guest/guest.ts';

/** Why a person and a guest parted: the person left, or the guest ended. */
export type Leave = 'left' | 'powered-off';

/** Ctrl-], as telnet and virsh have it: nothing that runs in a guest wants that key. */
const ESCAPE_KEY = 0x1d;

/**
 * Ties a terminal to a guest's serial console until one of them leaves.
 * @throws {KilnError} `interrupted`; whatever QEMU failed with
 */
export async function connectTerminal(
  guest: Guest,
  input: Readable & { isTTY?: boolean; setRawMode?(raw: boolean): unknown },
  output: Writable,
  signal: AbortSignal,
): Promise<Leave> {
  const raw = input.isTTY === true;
  const show = (chunk: Buffer): void => void output.write(chunk);
  let leave: (why: Leave) => void = () => undefined;
  const left = new Promise<Leave>((resolve) => {
    leave = resolve;
  });
  const type = (chunk: Buffer): void => {
    const at = raw ? chunk.indexOf(ESCAPE_KEY) : -1;
    guest.serial.write(at < 0 ? chunk : chunk.subarray(0, at));
    if (at >= 0) leave('left');
  };
  let stop: () => void = () => undefined;
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(interrupted());
    signal.addEventListener('abort', stop, { once: true });
  });
  stopped.catch(() => undefined);
  const ended = guest.ended.then((error): Leave => {
    if (error !== undefined) throw error;
    return 'powered-off';
  });
  ended.catch(() => undefined);
  if (raw) input.setRawMode?.(true);
  input.on('data', type);
  input.resume();
  guest.serial.on('data', show);
  try {
    return await Promise.race([left, stopped, ended]);
  } finally {
    signal.removeEventListener('abort', stop);
    guest.serial.off('data', show);
    input.off('data', type);
    input.pause();
    if (raw) input.setRawMode?.(false);
  }
}
