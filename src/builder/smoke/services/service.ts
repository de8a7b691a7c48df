import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GuestForward } from '../guest/network.ts';
import type { RequestLog } from './request-log.ts';

/** What a service of a platform is asked. */
export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface Reply {
  readonly status: number;
  readonly body?: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
  /** Why nothing was given, for the report. */
  readonly refused?: string;
}

/** A service of a platform, and where in the guest's network it answers. */
export interface MetadataService {
  /** Stable and short: `imds`, `wireserver`. */
  readonly name: string;
  readonly addresses: readonly { readonly address: string; readonly port: number }[];
  /** @returns undefined to let the caller wait for ever */
  answer(ask: Ask): Reply | undefined;
}

export interface RunningService {
  readonly forwards: readonly GuestForward[];
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 2 ** 20;
const MAX_HEADER_BYTES = 16 * 1024;
const REQUEST_MS = 60_000;

/** Runs a service on a free port of 127.0.0.1; each request goes to the log. */
export async function startService(service: MetadataService, log: RequestLog): Promise<RunningService> {
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES, requestTimeout: REQUEST_MS }, (request, response) => {
    void handle(service, log, request, response);
  });
  // A guest that is killed leaves half a request behind.
  server.on('clientError', (_, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port: hostPort } = server.address() as AddressInfo;
  return {
    forwards: service.addresses.map(({ address, port }) => ({ address, port, hostPort })),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function handle(
  service: MetadataService,
  log: RequestLog,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET';
  const target = request.url ?? '/';
  let reply: Reply | undefined;
  try {
    const body = await readBody(request);
    const { pathname, searchParams } = new URL(target, 'http://service');
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join() : value]),
    );
    reply =
      body === undefined
        ? { status: 413, refused: `a body of more than ${MAX_BODY_BYTES} bytes` }
        : service.answer({ method, path: pathname, query: searchParams, headers, body });
  } catch (error) {
    // A target that is no URL, or a connection that broke.
    reply = { status: 400, refused: error instanceof Error ? error.message : String(error) };
  }
  log.add({ service: service.name, method, path: target, status: reply?.status ?? 0, refused: reply?.refused ?? null });
  if (reply === undefined) return;
  response.writeHead(reply.status, { 'Content-Type': 'text/plain', ...reply.headers });
  response.end(reply.body ?? '');
}

/** @returns undefined when it is too long */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return bytes > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}
