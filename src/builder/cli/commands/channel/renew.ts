import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Session, Start } from '../../session.ts';
import { examples } from './examples.ts';
import { changing, type Keys, signingCommand } from './signing.ts';

export function addRenew(channel: Command, start: Start): void {
  signingCommand(channel, 'renew', 'Sign root and the list of bundles again before they end.')
    .addHelpText('after', examples(['renew channel --keys keys']))
    .action(start(renew));
}

async function renew(session: Session, flags: Keys, [channel = '']: readonly string[]): Promise<void> {
  const { renewChannel } = await import('../../../channel/renew.ts');
  await changing(session, channel, flags, renewChannel);
  session.display.result({ channel: resolve(channel) }, 'Root and the list of bundles are signed again');
}
