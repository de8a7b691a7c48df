import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { severities } from '../../../../contract/updates/offer.ts';
import type { Announcement } from '../../../channel/add.ts';
import type { Session, Start } from '../../session.ts';
import { examples } from './examples.ts';
import { changing, collect, type Keys, signingCommand } from './signing.ts';
import { percent, readNamed, wholeNumber } from './values.ts';

interface Flags extends Keys {
  track: Announcement['track'];
  notes?: string;
  severity: Announcement['severity'];
  fixes: readonly string[];
  minimumVersion?: string;
  downtime: number;
  instruction?: string;
  rollout: number;
}

export function addAdd(channel: Command, start: Start): void {
  signingCommand(channel, 'add', 'Put the bundle of a release into the channel.')
    .argument('<release>', 'folder of a release')
    .addOption(
      new Option('--track <track>', 'where it begins; stable is reached by promote')
        .choices(['candidate', 'long-term'])
        .default('candidate'),
    )
    .option('--notes <file>', 'release notes, Markdown')
    .addOption(new Option('--severity <severity>', 'how pressing it is').choices([...severities]).default('routine'))
    .option('--fixes <cve>', 'a CVE that it fixes; may be given more than once', collect, [])
    .option('--minimum-version <version>', 'the oldest version that can be updated from')
    .option('--downtime <minutes>', 'planned, from the restart to healthy', wholeNumber(0, 1440), 5)
    .option('--instruction <text>', 'what the operator has to do, one line')
    .option('--rollout <percent>', 'share of the appliances that see it', percent, 100)
    .addHelpText(
      'after',
      examples([
        'add channel build/reference/1.1.0 --keys keys --notes notes.md --severity security --fixes CVE-2026-1234',
      ]),
    )
    .action(start(add));
}

async function add(session: Session, flags: Flags, [channel = '', release = '']: readonly string[]): Promise<void> {
  const { addToChannel } = await import('../../../channel/add.ts');
  const notes =
    flags.notes === undefined ? '' : await readNamed(flags.notes, 'Name a file with the release notes: --notes FILE.');
  const entry = await changing(session, channel, flags, (write) =>
    addToChannel(write, resolve(release), {
      ...{ track: flags.track, notes, severity: flags.severity, fixes: flags.fixes },
      minimumVersion: flags.minimumVersion ?? null,
      downtimeMinutes: flags.downtime,
      instruction: flags.instruction ?? null,
      rolloutPercent: flags.rollout,
    }),
  );
  const { image, version, tracks } = entry.offer;
  session.display.result(entry, `${image} ${version} is on the ${tracks.join(', ')} track`);
}
