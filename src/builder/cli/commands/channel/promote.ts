import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Session, Start } from '../../session.ts';
import { examples } from './examples.ts';
import { changing, type Keys, signingCommand } from './signing.ts';
import { percent } from './values.ts';

interface Flags extends Keys {
  rollout: number;
}

export function addPromote(channel: Command, start: Start): void {
  signingCommand(channel, 'promote', 'Put a tested release on the stable track.')
    .argument('<release>', 'folder of the release, with its reports')
    .option('--rollout <percent>', 'share of the appliances that see it', percent, 100)
    .addHelpText(
      'after',
      examples(
        ['promote channel build/reference/1.1.0 --keys keys --rollout 10'],
        'The reports of the smoke run and of the update run have to be green and of exactly these bytes.',
      ),
    )
    .action(start(promote));
}

async function promote(session: Session, flags: Flags, [channel = '', release = '']: readonly string[]): Promise<void> {
  const { promoteToStable } = await import('../../../channel/promote.ts');
  const entry = await changing(session, channel, flags, (write) =>
    promoteToStable(write, resolve(release), flags.rollout),
  );
  const { image, version, rolloutPercent } = entry.offer;
  session.display.result(entry, `${image} ${version} is stable for ${rolloutPercent} % of the appliances`);
}
