import { oneLine } from '../../contract/one-line.ts';
import { KilnError } from '../errors.ts';

/** The channel, its keys or what is asked of it is not right: bad input. */
export function channelInvalid(message: string, hint: string, cause?: unknown): KilnError {
  return new KilnError({ code: 'channel-invalid', message, hint, cause });
}

/** What a channel shows does not come, or is not what its keys have signed. Nothing of it was taken. */
export function channelRefused(from: string, cause: unknown): KilnError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new KilnError({
    code: 'channel-refused',
    message: `${from}: ${oneLine(why, 300)}`,
    hint: 'Is the address right, the channel refreshed in time, and the root its own? What the mirror shows is as it was.',
    cause,
  });
}
