import { KilnError } from '../errors.ts';

/** The channel, its keys or what is asked of it is not right: bad input. */
export function channelInvalid(message: string, hint: string, cause?: unknown): KilnError {
  return new KilnError({ code: 'channel-invalid', message, hint, cause });
}
