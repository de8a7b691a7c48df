import type { Socket } from 'node:net';
import { createInterface } from 'node:readline';

interface Reply {
  return?: unknown;
  error?: { class: string; desc: string };
}

/** QEMU's control connection (QEMU Machine Protocol): one command at a time, in order. */
export class Qmp {
  readonly #socket: Socket;
  readonly #waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  #closed = false;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const lines = createInterface({ input: socket });
    lines.on('line', (line) => this.#take(line));
    // A readline interface passes its input's errors on.
    lines.on('error', () => undefined);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#end());
  }

  static async start(socket: Socket): Promise<Qmp> {
    const qmp = new Qmp(socket);
    await qmp.execute('qmp_capabilities');
    return qmp;
  }

  /** Whether QEMU has ended. */
  get closed(): boolean {
    return this.#closed;
  }

  /** @throws {Error} when QEMU refuses the command or ends before it answers */
  execute(command: string, args?: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) return reject(new Error('QEMU has ended'));
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, arguments: args })}\n`);
    });
  }

  /** The answer of the human monitor, for what QMP has no command for. */
  async human(commandLine: string): Promise<string> {
    return String(await this.execute('human-monitor-command', { 'command-line': commandLine }));
  }

  /** Guest state: `running`, `paused`, `internal-error`, … */
  async status(): Promise<string> {
    const answer = (await this.execute('query-status')) as { status?: unknown } | undefined;
    return String(answer?.status);
  }

  /** Events and the greeting have neither `return` nor `error`. */
  #take(line: string): void {
    const reply = JSON.parse(line) as Reply;
    if (reply.error !== undefined) this.#waiting.shift()?.reject(new Error(`QEMU: ${reply.error.desc}`));
    else if ('return' in reply) this.#waiting.shift()?.resolve(reply.return);
  }

  #end(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('QEMU has ended'));
  }
}
