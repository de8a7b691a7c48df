import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http';

/** What is read of an answer; a health page does not say more. */
const MAX_BODY_BYTES = 1024 * 1024;

export interface Request {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

export interface Response {
  readonly status: number;
  readonly setCookies: readonly string[];
  readonly body: string;
}

/**
 * Makes one request on a connection of its own. The certificate of an https server is not looked at: nobody sits
 * between two ends of loopback, and the name in it is not `127.0.0.1`.
 * @param signal gives up
 * @throws {Error} when no whole answer comes
 */
export async function sendRequest({ method, url, headers, body }: Request, signal: AbortSignal): Promise<Response> {
  const isTls = url.protocol === 'https:';
  // TLS is several megabytes that few agents need.
  const start = isTls ? (await import('node:https')).request : httpRequest;
  return new Promise((resolve, reject) => {
    const length = body === null ? {} : { 'content-length': Buffer.byteLength(body) };
    const options = {
      method,
      headers: { 'user-agent': 'kiln-agent', ...headers, ...length },
      signal,
      agent: false,
      ...(isTls ? { rejectUnauthorized: false } : {}),
    };
    const asked: ClientRequest = start(url, options, (response: IncomingMessage) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > MAX_BODY_BYTES) asked.destroy(new Error(`an answer of more than ${MAX_BODY_BYTES / 1024} KiB`));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          setCookies: response.headers['set-cookie'] ?? [],
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body ?? undefined);
  });
}
