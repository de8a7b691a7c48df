import { Readable } from 'node:stream';
import fetch from 'make-fetch-happen';
import { BaseFetcher } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { ChannelError } from './channel-error.ts';

export interface FetchOptions {
  /** `http://[USER:PASSWORD@]HOST:PORT` */
  readonly proxy?: string;
  /** Hosts and domains that are reached without the proxy. */
  readonly proxyExceptions?: readonly string[];
  /** Authorities in PEM that are trusted for https; absent: Node's. */
  readonly authorities?: string;
  /** For one file, from the question to its last byte. */
  readonly limitSeconds: number;
  readonly userAgent: string;
}

/**
 * Fetches files of a channel. A redirect is refused, since the channel's host alone was consented to; a slow server is cut
 * off; nothing is asked twice, the next check will. How long a file may be is tuf-js's to hold.
 */
export class ChannelFetcher extends BaseFetcher {
  readonly #options: FetchOptions;

  constructor(options: FetchOptions) {
    super();
    this.#options = options;
  }

  /** @throws {ChannelError} `unreachable`, `moved`; {@link DownloadHTTPError} where tuf-js has to know the status */
  override async fetch(url: string): Promise<NodeJS.ReadableStream> {
    const { proxy, proxyExceptions = [], authorities, limitSeconds, userAgent } = this.#options;
    const options: fetch.FetchOptions & { readonly signal: AbortSignal } = {
      redirect: 'manual',
      cache: 'no-store',
      retry: false,
      // A connection that stays open would outlast the moment in which the firewall lets it.
      headers: { 'user-agent': userAgent, connection: 'close', 'accept-encoding': 'identity' },
      proxy,
      noProxy: [...proxyExceptions],
      ca: authorities,
      // The first is for a socket that says nothing, the second for one that says little.
      timeout: limitSeconds * 1000,
      signal: AbortSignal.timeout(limitSeconds * 1000),
    };
    const lost = (error: unknown): ChannelError => {
      const why = options.signal.aborted ? `was not there within ${limitSeconds} s` : String(error);
      return new ChannelError('unreachable', `${url}: ${why}`, error);
    };
    const response = await fetch(url, options).catch((error: unknown) => {
      throw lost(error);
    });
    const { status, body } = response;
    if (status >= 300 && status < 400)
      throw new ChannelError('moved', `${url} sends to ${response.headers.get('location') ?? 'another address'}`);
    // tuf-js looks for newer roots until it meets one of these.
    if (status === 404 || status === 403) throw new DownloadHTTPError(`${url} is answered with HTTP ${status}`, status);
    if (!response.ok) throw new ChannelError('unreachable', `${url} is answered with HTTP ${status}`);
    return Readable.from(body === null ? [] : passOn(body, lost), { objectMode: false });
  }
}

async function* passOn(
  body: NodeJS.ReadableStream,
  lost: (error: unknown) => ChannelError,
): AsyncGenerator<string | Buffer> {
  try {
    yield* body;
  } catch (error) {
    throw lost(error);
  }
}
