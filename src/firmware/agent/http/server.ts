import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type Answer, problemAnswer } from './answer.ts';
import { problem } from './problem.ts';
import type { Question } from './routes.ts';

/** Bounds of one connection; the TLS listener before us has its own. */
const HEADER_BYTES = 8 * 1024;
const HEADER_MS = 10_000;
const REQUEST_MS = 15_000;
const IDLE_MS = 30_000;
const MAX_CONNECTIONS = 1024;

/** An HTTP server that asks `respond` and holds nobody's connection longer than it has to. */
export function httpServer(outside: boolean, respond: (question: Question) => Promise<Answer>): Server {
  const server = createServer(
    {
      maxHeaderSize: HEADER_BYTES,
      headersTimeout: HEADER_MS,
      requestTimeout: REQUEST_MS,
      keepAliveTimeout: IDLE_MS,
      connectionsCheckingInterval: 2_000,
    },
    (request, response) => {
      // Nobody needs a body to ask here: it is not read, and the connection ends with the answer.
      const close = request.headers['content-length'] !== undefined || 'transfer-encoding' in request.headers;
      respond(questionOf(request, outside)).then(
        (answer) => send(response, answer, request.method === 'HEAD', close),
        (error: unknown) => {
          process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
          const text = problem('internal', 500, 'Internal error', 'The reason is in the journal of kiln-agent.');
          send(response, problemAnswer(text), request.method === 'HEAD', true);
        },
      );
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  return server;
}

function questionOf({ method = '', url = '', headers }: IncomingMessage, outside: boolean): Question {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const given = headers['x-api-key'];
  return {
    method,
    path: url.split('?', 1)[0] ?? '',
    query: url.includes('?') ? url.slice(url.indexOf('?') + 1) : '',
    accept: headers.accept ?? '',
    key: bearer ?? (typeof given === 'string' ? given : undefined),
    outside,
  };
}

function send(response: ServerResponse, answer: Answer, headOnly: boolean, close: boolean): void {
  const { status, type, body = '', headers = {} } = answer;
  response.writeHead(status, {
    ...(type === undefined ? {} : { 'content-type': type }),
    ...(status === 204 ? {} : { 'content-length': Buffer.byteLength(body) }),
    'cache-control': 'no-store',
    ...(close ? { connection: 'close' } : {}),
    ...headers,
  });
  response.end(headOnly ? undefined : body);
}
