import { resolve } from 'node:path';
import type { Command } from 'commander';
import { KilnError } from '../../../errors.ts';
import type { Session, Start } from '../../session.ts';
import { examples } from './examples.ts';
import { withFolderLock } from './signing.ts';
import { readNamed } from './values.ts';

interface Flags {
  root: string;
}

export function addMirror(channel: Command, start: Start): void {
  channel
    .command('mirror')
    .description('Copy a channel, verified: for a network without internet, or a disk to carry.')
    .argument('<from>', 'address or folder of the channel')
    .argument('<to>', 'folder; a mirror that is there is brought up to date')
    .requiredOption('--root <file>', 'the root.json that is trusted: the one that the appliances were built with')
    .addHelpText(
      'after',
      examples(
        [
          'mirror https://updates.example.com/reference /srv/channel --root root.json',
          'mirror channel /media/usb/channel --root root.json',
        ],
        'Bundles that are whole are not fetched again.',
      ),
    )
    .action(start(mirror));
}

async function mirror(session: Session, flags: Flags, [from = '', to = '']: readonly string[]): Promise<void> {
  const { mirrorChannel } = await import('../../../channel/mirror.ts');
  const hint = 'Name the root.json that the appliances were built with: --root FILE.';
  const root = await readNamed(flags.root, hint);
  const source = /^https?:\/\//.test(from) ? from : resolve(from);
  const folder = resolve(to);
  if (source === folder)
    throw new KilnError({ code: 'usage', message: `${to} is the channel itself`, hint: 'Name another folder.' });
  const result = await withFolderLock(session, folder, () =>
    mirrorChannel({ from: source, to: folder, root, signal: session.signal }),
  );
  const { copied, kept, expires } = result;
  session.display.result(
    { mirror: folder, ...result },
    `${copied.length} bundles copied, ${kept.length} were there; the timestamp holds until ${expires}`,
  );
}
