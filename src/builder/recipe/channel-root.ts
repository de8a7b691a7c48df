import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Metadata, MetadataKind } from '@tufjs/models';
import { formatSize, KIB } from './size.ts';

/** The update client reads no larger root from a channel. */
const MAX_BYTES = 64 * KIB;
/** TUF specification 1.0.33, section 4.2. `Date` takes more, and what it does not take would never be past. */
const RFC3339_UTC = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/;

/** Text of a root that holds, or why the file is none. */
export type ChannelRoot = { readonly text: string } | { readonly fault: string };

/**
 * Reads the root of the channel that an image is to trust, and checks that a client can begin with it: TUF's form, signed by
 * as many of its own keys as it asks for, and not ended (specification 1.0.33, section 5.3). It is read once, so that
 * what goes into the image is what was checked. It may lie outside the image's folder: that is where the channel is.
 * @param path relative to `folder`
 * @param folder of the recipe, absolute
 * @throws {Error} when a file is there and can not be read
 */
export async function readChannelRoot(path: string, folder: string, now: Date): Promise<ChannelRoot> {
  const file = await readBounded(join(folder, path));
  if (typeof file === 'string') return { fault: `"${path}" ${file}` };
  const content = parseJson(file);
  if (content === undefined) return { fault: `"${path}" is not JSON` };
  const fault = rootFault(content.value, now);
  return fault === undefined ? { text: content.text } : { fault: `"${path}" ${fault}` };
}

/** @returns the bytes, or why there are none */
async function readBounded(file: string): Promise<Buffer | string> {
  try {
    const found = await stat(file);
    if (!found.isFile()) return 'is not a file';
    if (found.size > MAX_BYTES) return `is larger than ${formatSize(MAX_BYTES)}, which no root of a channel is`;
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG')
      return "is not there, seen from the recipe's folder; kiln channel init makes one";
    if (code === 'ELOOP') return 'is a link that leads back to itself';
    throw error;
  }
}

function parseJson(data: Buffer): { text: string; value: unknown } | undefined {
  try {
    // Strict, so that other bytes are always another text.
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data);
    return { text, value: JSON.parse(text) };
  } catch (error) {
    // The decoder throws the one, JSON the other. Its message quotes the file, which may be a key named by mistake.
    if (!(error instanceof TypeError) && !(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function rootFault(value: unknown, now: Date): string | undefined {
  if (typeof value !== 'object' || value === null) return "is no TUF root: it is not a map with 'signed'";
  let root: ReturnType<typeof parseRoot>;
  try {
    root = parseRoot(value);
  } catch (error) {
    return `is no TUF root: ${reason(error)}`;
  }
  try {
    root.verifyDelegate('root', root);
  } catch (error) {
    return `is not signed by its own keys: ${reason(error)}`;
  }
  const { expires } = root.signed;
  const end = new Date(RFC3339_UTC.test(expires) ? expires : Number.NaN);
  if (Number.isNaN(end.getTime())) return `expires at ${JSON.stringify(expires.slice(0, 40))}, which is no date`;
  if (end > now) return undefined;
  return `expired at ${expires}; make a new one with kiln channel renew and name that, see docs/channel.md`;
}

const parseRoot = (value: object) =>
  Metadata.fromJSON(MetadataKind.Root, value as Parameters<typeof Metadata.fromJSON>[1]);

/** What @tufjs/models says, which can quote the file, as a part of one line. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.replace(/\p{C}+/gu, ' ').slice(0, 200);
}
