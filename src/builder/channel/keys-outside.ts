import { readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { channelInvalid } from './invalid.ts';

/**
 * Private keys never lie where all can fetch them, whatever links lead there.
 * @param channel absolute
 * @param keys absolute; need not be there yet
 * @throws {KilnError} `channel-invalid`
 */
export async function refuseKeysInside(channel: string, keys: string): Promise<void> {
  // A link that lies in the channel counts too: servers and copies follow it.
  if (!lies(keys, channel) && !lies(await leadsTo(keys), await leadsTo(channel))) return;
  throw channelInvalid(`${keys} lies in the channel, which everybody reads`, 'Name a folder elsewhere: --keys FOLDER.');
}

function lies(path: string, folder: string): boolean {
  const way = relative(resolve(folder), resolve(path));
  return way !== '..' && !way.startsWith('../');
}

/**
 * Where an absolute path leads when all links are followed. What is not there yet is taken as it would be made.
 * @throws {KilnError} `channel-invalid` when a file is in the way
 */
export async function leadsTo(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTDIR' || code === 'ELOOP')
      throw channelInvalid(
        `${path} can not be a folder: a file or a ring of links is in its way`,
        'Name another.',
        error,
      );
    if (code !== 'ENOENT') throw error;
  }
  const parent = await leadsTo(dirname(path));
  const target = await readlink(join(parent, basename(path))).catch(() => undefined);
  return target === undefined ? join(parent, basename(path)) : leadsTo(resolve(parent, target));
}
