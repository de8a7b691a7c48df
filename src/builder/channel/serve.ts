import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';

/** What a channel consists of, and nothing else of the disk. */
const PATH = /^\/(?:metadata\/[0-9a-z.]+\.json|targets\/[0-9a-f]{64}\.[A-Za-z0-9][A-Za-z0-9._+-]*)$/;
const RANGE = /^bytes=(\d+)-(\d*)$/;

/**
 * Serves a channel's files on loopback, to try it. In production any web server, object store or CDN does.
 * @param port 0 for a free one
 * @param onRequest told of each, after it was answered
 * @returns the address, and what ends it
 */
export async function serveChannel(
  channel: string,
  port: number,
  onRequest: (line: string) => void,
): Promise<{ readonly address: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(channel, request, response).then(
      () => onRequest(`${request.method} ${request.url} ${response.statusCode}`),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(channel: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const end = (status: number): void => void response.writeHead(status).end();
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(405);
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (!PATH.test(path)) return end(404);
  const file = join(channel, path);
  const found = await stat(file).catch(() => undefined);
  if (found === undefined || !found.isFile()) return end(404);
  const etag = `"${found.size.toString(16)}-${found.mtimeMs.toString(16)}"`;
  const headers = { etag, 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' };
  if (request.headers['if-none-match'] === etag) return void response.writeHead(304, headers).end();
  const range = request.headers.range === undefined ? null : RANGE.exec(request.headers.range);
  const start = Number(range?.[1] ?? 0);
  const last = Math.min(range?.[2] ? Number(range[2]) : found.size - 1, found.size - 1);
  if (range !== null && start > last)
    return void response.writeHead(416, { 'content-range': `bytes */${found.size}` }).end();
  const length = found.size === 0 ? 0 : last - start + 1;
  response.writeHead(range === null ? 200 : 206, {
    ...headers,
    'content-length': length,
    ...(range === null ? {} : { 'content-range': `bytes ${start}-${last}/${found.size}` }),
  });
  if (request.method === 'HEAD' || length === 0) return void response.end();
  await pipeline(createReadStream(file, { start, end: last }), response);
}
