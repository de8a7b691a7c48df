import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { BaseFetcher } from 'tuf-js';
import { DownloadHTTPError } from 'tuf-js/dist/error.js';
import { ChannelError } from './channel-error.ts';

/** Reads a channel that lies in a folder: a disc, a USB disk, what an operator uploaded. */
export class FolderFetcher extends BaseFetcher {
  /** @throws {ChannelError} `malformed`, `unreachable`; {@link DownloadHTTPError} where tuf-js has to know that there is none */
  override async fetch(url: string): Promise<NodeJS.ReadableStream> {
    const path = fileURLToPath(url);
    const found = await lstat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') throw new DownloadHTTPError(`${path} is not there`, 404);
      throw new ChannelError('unreachable', error.message, error);
    });
    // A link would lead out of the disk, and a pipe would never end.
    if (!found.isFile()) throw new ChannelError('malformed', `${path} is not an ordinary file`);
    return createReadStream(path);
  }
}
