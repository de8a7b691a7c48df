import { Readable } from 'node:stream';
import { BaseFetcher } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import type { Helper } from '../../platform/run-command.ts';
import { ChannelError, channelFaults } from '../channel/channel-error.ts';
import type { FetchOptions } from '../channel/channel-fetcher.ts';
import type { FetchAnswer } from './fetch-answer.ts';

/**
 * Fetches files of a channel by another process, which has no rights but the way to the channel. What it brings is data
 * and no more: signatures, lengths and dates are looked at here.
 */
export class SeparatedFetcher extends BaseFetcher {
  readonly #helper: Helper;

  /** @param helper runs fetch/main.ts */
  constructor(helper: Helper, options: FetchOptions) {
    super();
    this.#helper = helper;
    helper.write(JSON.stringify(options));
  }

  /** @throws {ChannelError}; {@link DownloadHTTPError} where tuf-js has to know the status */
  override async fetch(url: string): Promise<NodeJS.ReadableStream> {
    this.#helper.write(url);
    const line = await this.#helper.line().catch((error: Error) => {
      throw new ChannelError('unreachable', `${url} could not be fetched: ${error.message}`, error);
    });
    const answer = JSON.parse(line) as FetchAnswer;
    if ('body' in answer) return Readable.from([Buffer.from(answer.body)], { objectMode: false });
    if ('status' in answer) throw new DownloadHTTPError(answer.message, answer.status);
    const fault = Object.hasOwn(channelFaults, answer.fault) ? answer.fault : 'malformed';
    throw new ChannelError(fault, answer.message);
  }
}
