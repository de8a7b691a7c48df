import type { ChannelFault } from '../channel/channel-error.ts';

/**
 * What the fetching program answers for one address: the file's text, a status that tuf-js has to know, or why there is
 * none. One line of JSON each.
 */
export type FetchAnswer =
  | { readonly body: string }
  | { readonly status: number; readonly message: string }
  | { readonly fault: ChannelFault; readonly message: string };

/** No file of metadata is longer, whatever tuf-js allows for each role. */
export const FETCHED_MAX_BYTES = 4 * 1024 * 1024;
