// Fetches metadata of a channel for the updater, as the one user whom the firewall lets reach it, and without rights.
// The first line on standard input says how (FetchOptions); each further one is an address, answered by one line.
import { createInterface } from 'node:readline';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { ChannelError } from '../channel/channel-error.ts';
import { ChannelFetcher, type FetchOptions } from '../channel/channel-fetcher.ts';
import { FETCHED_MAX_BYTES, type FetchAnswer } from './fetch-answer.ts';

let fetcher: ChannelFetcher | undefined;
for await (const line of createInterface({ input: process.stdin })) {
  if (fetcher === undefined) fetcher = new ChannelFetcher(JSON.parse(line) as FetchOptions);
  else process.stdout.write(`${JSON.stringify(await answer(fetcher, line))}\n`);
}

async function answer(from: ChannelFetcher, address: string): Promise<FetchAnswer> {
  try {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of await from.fetch(address)) {
      const piece = Buffer.from(chunk);
      bytes += piece.length;
      if (bytes > FETCHED_MAX_BYTES) return { fault: 'oversized', message: `${address} has more bytes than a channel` };
      chunks.push(piece);
    }
    return { body: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    if (error instanceof DownloadHTTPError) return { status: error.statusCode, message: error.message };
    if (error instanceof ChannelError) return { fault: error.fault, message: error.message };
    throw error;
  }
}
