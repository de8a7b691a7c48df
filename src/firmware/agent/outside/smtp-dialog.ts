import type { Socket } from 'node:net';

const MAX_REPLY_BYTES = 64 * 1024;

export interface Reply {
  readonly code: number;
  /** Without codes. */
  readonly lines: readonly string[];
}

/** Commands and replies on one connection, one after the other: RFC 5321, section 4.2. */
export class SmtpDialog {
  readonly #socket: Socket;
  #received = '';
  #ended: Error | null = null;
  #wake: () => void = () => {};

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#received += chunk.toString('latin1');
      if (this.#received.length > MAX_REPLY_BYTES) socket.destroy(new Error('a reply without an end'));
      this.#wake();
    });
    socket.on('error', (error) => this.#end(error));
    socket.on('close', () => this.#end(new Error('the server closed the connection')));
  }

  /** @throws {Error} when the connection ends before a whole reply came, or it is no reply of this protocol */
  async reply(): Promise<Reply> {
    const lines: string[] = [];
    for (;;) {
      const line = await this.#line();
      const [, code = '', mark, text = ''] = /^(\d{3})([ -]?)(.*)$/.exec(line) ?? [];
      if (code === '') throw new Error('this is no mail server');
      lines.push(text);
      if (mark !== '-') return { code: Number(code), lines };
    }
  }

  /** @param expected the code of a good reply @throws {Error} when another one comes */
  async say(command: string, expected: number): Promise<Reply> {
    this.#socket.write(`${command}\r\n`);
    return expect(await this.reply(), expected, command);
  }

  /** Gives the connection to somebody else. @throws {Error} when the server said more than it was asked */
  release(): void {
    this.#socket.removeAllListeners('data');
    // RFC 3207, section 4.2, and CVE-2011-0411: what came before TLS must not count after it.
    if (this.#received !== '') throw new Error('the server spoke on before TLS began');
  }

  async #line(): Promise<string> {
    for (;;) {
      const end = this.#received.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#received.slice(0, end);
        this.#received = this.#received.slice(end + 2);
        return line;
      }
      if (this.#ended !== null) throw this.#ended;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  #end(error: Error): void {
    this.#ended ??= error;
    this.#wake();
  }
}

/** @throws {Error} with what the server said, when its code is another */
export function expect(reply: Reply, code: number, command: string): Reply {
  if (reply.code === code) return reply;
  throw new Error(
    `${command}: ${reply.code} ${reply.lines
      .join(' ')
      .replace(/[^ -~]/g, '?')
      .slice(0, 200)}`,
  );
}
