import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Command } from 'commander';
import { KilnError } from '../../errors.ts';
import type { Session, Start } from '../session.ts';

/** `kiln channel mirror`: beside the others because it needs no keys and writes no word of its own. */
export function addMirror(channel: Command, start: Start): void {
  channel
    .command('mirror')
    .description('Copy a channel, verified: for a network without internet, or a disk to carry.')
    .argument('<from>', 'address or folder of the channel')
    .argument('<to>', 'folder; a mirror that is there is brought up to date')
    .requiredOption('--root <file>', 'the root.json that is trusted: the one that the appliances were built with')
    .addHelpText(
      'after',
      '\nBundles that are whole are not fetched again.\n\nExamples:\n  kiln channel mirror https://updates.example.com/reference /srv/channel --root root.json\n  kiln channel mirror channel /media/usb/channel --root root.json',
    )
    .action(start(mirror));
}

async function mirror(
  { display, signal, commandLine }: Session,
  flags: { root: string },
  [from = '', to = '']: readonly string[],
): Promise<void> {
  const [{ mirrorChannel }, { withImageLock }] = await Promise.all([
    import('../../channel/mirror.ts'),
    import('../../host/image-lock.ts'),
  ]);
  const root = await readFile(flags.root, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new KilnError({
      code: 'usage',
      message: `${flags.root} can not be read: ${error.message}`,
      hint: 'Name the root.json that the appliances were built with: --root FILE.',
      cause: error,
    });
  });
  const source = /^https?:\/\//.test(from) ? from : resolve(from);
  const folder = resolve(to);
  if (source === folder) {
    throw new KilnError({ code: 'usage', message: `${to} is the channel itself`, hint: 'Name another folder.' });
  }
  const lock = { outputRoot: dirname(folder), image: basename(folder), being: 'changed' as const, wait: false };
  const result = await withImageLock(
    { ...lock, command: commandLine, note: (line) => display.note(line), signal },
    () => mirrorChannel({ from: source, to: folder, root, signal }),
  );
  const { copied, kept, expires } = result;
  display.result(
    { mirror: folder, ...result },
    `${copied.length} bundles copied, ${kept.length} were there; the timestamp holds until ${expires}`,
  );
}
