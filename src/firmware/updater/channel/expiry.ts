import { ChannelError } from './channel-error.ts';

const RFC3339_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/**
 * Reads when a metadata file expires. tuf-js compares with whatever `Date` makes of the text, and a date that is none is
 * never past: such a file would hold for ever. The form is fixed by the TUF specification 1.0.33, section 4.2.
 * @param role for the message
 * @param text the file
 * @throws {ChannelError} `malformed`
 */
export function expiryOf(role: string, text: string): Date {
  const { signed } = JSON.parse(text) as { signed?: { expires?: unknown } };
  const expires = signed?.expires;
  const date = new Date(typeof expires === 'string' && RFC3339_UTC.test(expires) ? expires : Number.NaN);
  if (Number.isNaN(date.getTime()))
    throw new ChannelError('malformed', `${role}.json expires at ${JSON.stringify(expires)}, which is no date`);
  return date;
}
