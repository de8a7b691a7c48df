import type { Command } from 'commander';
import type { Session, Start } from '../../session.ts';
import { examples } from './examples.ts';
import { changing, type Keys, signingCommand } from './signing.ts';

interface Flags extends Keys {
  reason: string;
}

export function addWithdraw(channel: Command, start: Start): void {
  signingCommand(channel, 'withdraw', 'Take a version back: who has not begun to install it will not.')
    .argument('<version>')
    .requiredOption('--reason <text>', 'shown to operators, one line')
    .addHelpText(
      'after',
      examples(['withdraw channel 1.1.0 --keys keys --reason "loses its address behind DHCP relays"']),
    )
    .action(start(withdraw));
}

async function withdraw(
  session: Session,
  flags: Flags,
  [channel = '', version = '']: readonly string[],
): Promise<void> {
  const { withdrawFromChannel } = await import('../../../channel/withdraw.ts');
  const entry = await changing(session, channel, flags, (write) => withdrawFromChannel(write, version, flags.reason));
  session.display.result(entry, `${entry.offer.image} ${version} is withdrawn`);
}
