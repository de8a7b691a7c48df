import type { Socket } from 'node:net';
import { answerTo, arpReply, readFrame } from './frames.ts';
import { NTP_PORT, ntpReply } from './ntp.ts';

/** Locally administered; QEMU's own stations have others. */
const MAC = Buffer.from('024b494c4e01', 'hex');
/** QEMU puts the length of a frame before it on a stream. */
const LENGTH_BYTES = 4;
const MAX_FRAME_BYTES = 128 * 1024;

/**
 * A station on the guest's network beside QEMU's user network, which carries no UDP to its host: it answers for its
 * addresses and tells the time there.
 */
export class Neighbour {
  readonly #addresses: ReadonlySet<string>;
  readonly #socket: Socket;
  #rest: Buffer = Buffer.alloc(0);

  /** @param socket to QEMU's `stream` network */
  constructor(socket: Socket, addresses: readonly string[]) {
    this.#socket = socket;
    this.#addresses = new Set(addresses);
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
    // ECONNRESET and EPIPE when QEMU is killed; its end is told elsewhere.
    socket.on('error', () => socket.destroy());
  }

  #take(chunk: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    while (this.#rest.length >= LENGTH_BYTES) {
      const length = this.#rest.readUInt32BE(0);
      if (length > MAX_FRAME_BYTES) return void this.#socket.destroy();
      const end = LENGTH_BYTES + length;
      if (this.#rest.length < end) return;
      this.#answer(this.#rest.subarray(LENGTH_BYTES, end));
      this.#rest = this.#rest.subarray(end);
    }
  }

  #answer(frame: Buffer): void {
    const heard = readFrame(frame);
    if (heard?.kind === 'arp' && this.#addresses.has(heard.wanted)) this.#send(arpReply(heard, MAC));
    if (heard?.kind !== 'udp' || heard.targetPort !== NTP_PORT || !this.#addresses.has(heard.target)) return;
    const reply = ntpReply(heard.content, BigInt(Date.now()) * 1_000_000n);
    if (reply !== undefined) this.#send(answerTo(heard, MAC, reply));
  }

  #send(frame: Buffer): void {
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt32BE(frame.length);
    this.#socket.write(Buffer.concat([length, frame]));
  }
}
