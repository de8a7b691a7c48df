import { type Command, InvalidArgumentError } from 'commander';
import { platformChannels } from '../../contract/configuration/precedence.ts';
import type { PlatformSource } from '../configure/channels/channel.ts';
import { importPlaces } from '../configure/channels/import-places.ts';
import { readImportRecord } from '../configure/channels/import-record.ts';
import { platformSources } from '../configure/channels/index.ts';
import { filesOf, readOfferedFiles } from '../configure/channels/offered-files.ts';
import type { Configurator, Origin } from '../configure/configurator.ts';
import { CommandError, runCommand } from '../platform/run-command.ts';
import { appliedText, refusing } from './configure.ts';
import { confirming } from './confirm-within.ts';
import { Failure } from './failure.ts';

/** A disc under emulation is read in seconds. */
const LIMIT_SECONDS = 60;

interface Surroundings {
  readonly configurator: Configurator;
  readonly origin: Origin;
  readonly root: string;
  out(text: string): void;
}

/** Adds to `config` what has to do with documents that a disc or a platform offers. */
export function addOfferCommands(config: Command, { configurator, origin, root, out }: Surroundings): void {
  const places = importPlaces(root);

  config
    .command('offers')
    .description('What a disc or the platform offered last, and what became of it.')
    .option('--json', 'one JSON document for scripts')
    .action(async (flags: { json?: true }) => {
      const { outcomes } = await readImportRecord(places.record);
      if (flags.json) return out(`${JSON.stringify(outcomes)}\n`);
      out(outcomes.map(({ time, detail }) => `${time}  ${detail}\n`).join('') || 'Nobody offered anything yet.\n');
    });

  confirming(config.command('import'))
    .description('Put in force what a disc or the platform offers, whatever was configured since.')
    .argument('<channel>', platformChannels.join(', '), sourceOf)
    .action(async (source: PlatformSource, flags: { confirmWithin: number }) => {
      // It reads a disc that was put in meanwhile; its exit code says whether kiln-import would have to look.
      if (root === '/') await runCommand('/usr/lib/kiln/import-wanted', [], LIMIT_SECONDS).catch(nothingNew);
      const files = filesOf(source, await readOfferedFiles(places.offered));
      if (files.size === 0)
        throw new Failure(`${source.title}: nothing is offered`, 'See what there was: sudo appliancectl config offers');
      const { configuration } = await refusing(() => source.read(files));
      out(appliedText(await refusing(() => configurator.apply(configuration, origin, flags.confirmWithin))));
    });
}

/** Its exit code says whether there is something that nobody dealt with yet. */
function nothingNew(error: unknown): void {
  if (!(error instanceof CommandError) || error.exitCode !== 1) throw error;
}

function sourceOf(name: string): PlatformSource {
  const source = platformSources.find(({ channel }) => channel === name);
  if (source === undefined) throw new InvalidArgumentError(`Expected ${platformChannels.join(', ')}.`);
  return source;
}
