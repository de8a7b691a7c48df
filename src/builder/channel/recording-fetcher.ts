import { DefaultFetcher } from 'tuf-js/dist/fetcher.js';

/**
 * Fetches as tuf-js does and remembers metadata, since of several roots in a row tuf-js keeps the last alone.
 *
 * WARNING: what is remembered is verified only when tuf-js has gone on from it.
 */
export class RecordingFetcher extends DefaultFetcher {
  readonly #metadata = new Map<string, string>();

  override async downloadBytes(url: string, maxLength: number): Promise<Buffer> {
    const bytes = await super.downloadBytes(url, maxLength);
    this.#metadata.set(url.slice(url.lastIndexOf('/') + 1), bytes.toString('utf8'));
    return bytes;
  }

  /** @param name as it was fetched: `2.root.json` */
  metadata(name: string): string {
    const text = this.#metadata.get(name);
    if (text === undefined) throw new Error(`${name} was not fetched`);
    return text;
  }
}
