import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { oneLine } from '../../contract/one-line.ts';
import { SENTENCE_MAX_CHARACTERS } from '../../contract/updates/field-forms.ts';
import { ProtocolError, parseRequest } from '../../contract/updates/parse-protocol.ts';
import {
  ANSWER_MAX_BYTES,
  REQUEST_MAX_BYTES,
  type UpdateAnswer,
  type UpdateRequest,
} from '../../contract/updates/protocol.ts';

/** What is not progress ends an answer. */
export type LastAnswer = Exclude<UpdateAnswer, { readonly type: 'progress' }>;

/** What does the work. */
export interface UpdateHandler {
  /**
   * @param progress tells the client how far it is; costs nothing when the client does not read
   * @param gone aborted when the client has gone; the work itself need not end with it
   * @throws when it fails for a reason that no rule covers
   */
  handle(
    request: UpdateRequest,
    progress: (step: string, percent: number | null) => void,
    gone: AbortSignal,
  ): Promise<LastAnswer>;
}

export interface ServerLimits {
  readonly connections: number;
  /** Nothing asked, and a request or an answer that does not get on, for this long. */
  readonly idleMs: number;
}

const LIMITS: ServerLimits = { connections: 32, idleMs: 30_000 };
/** Progress for a client that reads slower than this is left out: only the newest counts. */
const UNREAD_BYTES = 64 * 1024;

/** The socket, served. */
export interface Served {
  /** Clients that are connected. */
  readonly connections: number;
  close(): Promise<void>;
}

/**
 * Serves the updater's socket. Whoever may open it is root: its mode says so, since Node does not tell who is at the other
 * end. Each connection has bounds of its own, so a slow or hostile one holds up nobody else.
 * @param where a path, whose file is removed first (the socket of a process that has ended), or a socket that listens already
 */
export async function serveUpdates(
  where: string | { readonly fd: number },
  handler: UpdateHandler,
  limits = LIMITS,
): Promise<Served> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    new Connection(socket, handler, limits.idleMs);
  });
  server.maxConnections = limits.connections;
  const listening = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', resolve);
  });
  if (typeof where === 'string') await listenAt(server, where, listening);
  else {
    server.listen(where);
    await listening;
  }
  return {
    get connections() {
      return sockets.size;
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function listenAt(server: Server, path: string, listening: Promise<void>): Promise<void> {
  await rm(path, { force: true });
  // The socket is made with the mode that the mask leaves: between bind and chmod nobody else comes in either.
  const mask = process.umask(0o177);
  try {
    server.listen(path);
    await listening;
  } finally {
    process.umask(mask);
  }
  await chmod(path, 0o600);
}

/** One client: one request at a time, and none is read while one is answered. */
class Connection {
  readonly #socket: Socket;
  readonly #handler: UpdateHandler;
  readonly #gone = new AbortController();
  #read = Buffer.alloc(0);
  #busy = false;
  #ended = false;

  constructor(socket: Socket, handler: UpdateHandler, idleMs: number) {
    this.#socket = socket;
    this.#handler = handler;
    socket.setTimeout(idleMs, () => {
      // While the updater works, silence is its own.
      if (!this.#busy || socket.writableLength > 0) socket.destroy();
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#gone.abort());
    socket.on('end', () => {
      this.#ended = true;
      if (!this.#busy) socket.end();
    });
    socket.on('data', (chunk: Buffer) => {
      this.#read = Buffer.concat([this.#read, chunk]);
      this.#next();
    });
  }

  #next(): void {
    if (this.#busy || this.#socket.destroyed) return;
    const end = this.#read.indexOf(0x0a);
    if ((end < 0 ? this.#read.length : end) > REQUEST_MAX_BYTES) {
      this.#say(mistake(`a request has at most ${REQUEST_MAX_BYTES} bytes`));
      // What follows would be the rest of it.
      this.#socket.destroySoon();
      return;
    }
    if (end < 0) {
      if (this.#ended) this.#socket.end();
      return;
    }
    const line = this.#read.subarray(0, end).toString('utf8');
    this.#read = this.#read.subarray(end + 1);
    this.#busy = true;
    this.#socket.pause();
    void this.#answer(line).then((answer) => {
      this.#say(answer);
      this.#busy = false;
      this.#socket.resume();
      this.#next();
    });
  }

  async #answer(line: string): Promise<LastAnswer> {
    try {
      const request = parseRequest(line);
      return await this.#handler.handle(request, (step, percent) => this.#tell(step, percent), this.#gone.signal);
    } catch (error) {
      if (error instanceof ProtocolError) return mistake(error.message);
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      const message = oneLine(error instanceof Error ? error.message : String(error), SENTENCE_MAX_CHARACTERS);
      return { type: 'error', message, next: 'The journal has more: journalctl -u kiln-updater.' };
    }
  }

  #tell(step: string, percent: number | null): void {
    if (this.#busy && this.#socket.writableLength < UNREAD_BYTES) {
      const share = percent === null ? null : Math.min(100, Math.max(0, Math.round(percent)));
      this.#say({ type: 'progress', step: oneLine(step, SENTENCE_MAX_CHARACTERS), percent: share });
    }
  }

  #say(answer: UpdateAnswer): void {
    if (this.#socket.destroyed || this.#socket.writableEnded) return;
    const line = `${JSON.stringify(answer)}\n`;
    if (Buffer.byteLength(line) > ANSWER_MAX_BYTES) this.#socket.destroy(new Error('the answer is too long'));
    else this.#socket.write(line);
  }
}

function mistake(message: string): LastAnswer {
  return {
    type: 'error',
    message: oneLine(message, SENTENCE_MAX_CHARACTERS),
    next: 'Ask with an appliancectl of the same release.',
  };
}
