import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import type { Write } from '../../../channel/change.ts';
import type { Session } from '../../session.ts';

export interface Keys {
  keys: readonly string[];
}

/** For an option that may be given more than once. */
export const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** Begins a command on a channel that signs. */
export function signingCommand(channel: Command, name: string, description: string): Command {
  return channel
    .command(name)
    .description(description)
    .argument('<channel>')
    .requiredOption('--keys <folder>', 'folder with keys that sign; may be given more than once', collect);
}

/**
 * Changes a channel, one run at a time.
 * @throws {KilnError} `channel-invalid`, `locked`
 */
export async function changing<T>(
  session: Session,
  channel: string,
  { keys }: Keys,
  change: (write: Write) => Promise<T>,
): Promise<T> {
  const { demandChannel } = await import('../../../channel/repository.ts');
  const folder = resolve(channel);
  // The lock makes folders: what is no channel is told before.
  await demandChannel(folder);
  return withFolderLock(session, folder, () =>
    change({ channel: folder, keys: keys.map((one) => resolve(one)), now: new Date() }),
  );
}

/** Runs `work` as the only one on a channel or mirror. @param folder absolute @throws {KilnError} `locked` */
export async function withFolderLock<T>(
  { display, signal, commandLine }: Session,
  folder: string,
  work: () => Promise<T>,
): Promise<T> {
  const { withImageLock } = await import('../../../host/image-lock.ts');
  const lock = { outputRoot: dirname(folder), image: basename(folder), being: 'changed' as const, wait: false };
  return withImageLock({ ...lock, command: commandLine, note: (line) => display.note(line), signal }, work);
}
