import type { Command } from 'commander';
import type { Session, Start } from '../../session.ts';
import { examples } from './examples.ts';
import { changing, type Keys, signingCommand } from './signing.ts';

export function addRefresh(channel: Command, start: Start): void {
  signingCommand(channel, 'refresh', 'Sign snapshot and timestamp again; for a nightly job.')
    .addHelpText('after', examples(['refresh channel --keys online-keys'], 'Needs the keys of these two roles alone.'))
    .action(start(refresh));
}

async function refresh(session: Session, flags: Keys, [channel = '']: readonly string[]): Promise<void> {
  const { refreshChannel } = await import('../../../channel/change.ts');
  const { snapshot, timestamp } = await changing(session, channel, flags, refreshChannel);
  const expires = { snapshot: snapshot.expires, timestamp: timestamp.expires };
  session.display.result(
    { expires },
    `The timestamp holds until ${expires.timestamp}, the snapshot until ${expires.snapshot}`,
  );
}
