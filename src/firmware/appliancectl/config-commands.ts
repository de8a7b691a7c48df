import { type Command, InvalidArgumentError } from 'commander';
import type { Configuration } from '../../contract/configuration/configuration.ts';
import { completeConfiguration } from '../../contract/configuration/parse-configuration.ts';
import type { Configurator, Origin } from '../configure/configurator.ts';
import { appliedText, check, configurationText, readInput, refusing } from './configure.ts';
import { confirming } from './confirm-within.ts';
import { Failure } from './failure.ts';
import { addOfferCommands } from './offer-commands.ts';
import { differences, withSetting } from './paths-of.ts';

interface Surroundings {
  readonly configurator: Configurator;
  readonly origin: Origin;
  readonly root: string;
  out(text: string): void;
}

/** Adds `config` with all that can be done to the configuration. */
export function addConfigCommands(program: Command, surroundings: Surroundings): void {
  const { configurator, origin, out } = surroundings;
  const { kept } = configurator;
  const json = (value: unknown): void => out(`${JSON.stringify(value)}\n`);
  const config = program.command('config').description('The configuration: one document, every version kept.');

  config
    .command('get')
    .description('Print the configuration in force. Secrets are shown as “(secret)”.')
    .argument('[path]', 'one setting, such as network.ipv4')
    .action(async (path?: string) => {
      const { configuration } = await kept.current();
      out(path === undefined ? configurationText(configuration) : `${settingText(configuration, path)}\n`);
    });

  confirming(config.command('set'))
    .description('Change single settings: PATH=VALUE, such as dns.servers=\'["192.0.2.53"]\' or hostname=web-1.')
    .argument('<settings...>', 'PATH=VALUE; VALUE is JSON or text, and - reads it from standard input')
    .action(async (settings: string[], flags: { confirmWithin: number }) => {
      const wanted = await Promise.all(settings.map(assignment));
      const edit = (inForce: Configuration): Configuration =>
        completeConfiguration(
          wanted.reduce<object>((document, [path, value]) => withSetting(document, path, value), inForce),
        );
      out(appliedText(await refusing(() => configurator.edit(edit, origin, flags.confirmWithin))));
    });

  confirming(config.command('apply'))
    .description('Check a configuration and put it in force, whole or not at all.')
    .argument('<file>', 'YAML or JSON, or - for standard input')
    .action(async (file: string, flags: { confirmWithin: number }) => {
      const { configuration, located } = await check(await readInput(file), file);
      out(appliedText(await refusing(() => configurator.apply(configuration, origin, flags.confirmWithin), located)));
    });

  config
    .command('diff')
    .description('What a file, or an earlier version, would change.')
    .argument('<other>', 'a file, - for standard input, or the number of a version')
    .option('--json', 'one JSON document for scripts')
    .action(async (other: string, flags: { json?: true }) => {
      const { configuration } = await kept.current();
      const wanted = /^\d+$/.test(other)
        ? (await kept.version(Number(other))).configuration
        : (await check(await readInput(other), other)).configuration;
      const found = differences(configuration, wanted);
      if (flags.json) return json(found);
      const line = ({ path, before, after }: (typeof found)[number]): string =>
        `${path}\n  - ${JSON.stringify(before) ?? '(not there)'}\n  + ${JSON.stringify(after) ?? '(not there)'}\n`;
      out(found.map(line).join('') || 'No difference.\n');
    });

  config
    .command('history')
    .description('Every version that is kept: number, time, who, by which way.')
    .option('--json', 'one JSON document for scripts')
    .action(async (flags: { json?: true }) => {
      const all = await kept.history();
      if (flags.json) return json(all.map((one) => ({ ...one, configuration: undefined, secretsFile: undefined })));
      const line = (one: (typeof all)[number]): string =>
        'who' in one
          ? `${one.version}  ${one.time}  ${one.who}  ${one.channel}\n`
          : `${one.version}  can not be read\n`;
      out(all.map(line).join('') || 'As shipped.\n');
    });

  confirming(config.command('rollback'))
    .description('Put an earlier version in force again, as a new one.')
    .argument('<version>', 'its number in the history', versionNumber)
    .action(async (version: number, flags: { confirmWithin: number }) => {
      out(appliedText(await configurator.rollback(version, origin, flags.confirmWithin)));
    });

  config
    .command('confirm')
    .description('Let a change of the network stand.')
    .action(async () => out(`Version ${await configurator.confirm()} stands.\n`));

  config
    .command('revert')
    .description('Undo a change of the network that was not confirmed.')
    .option('--unconfirmed <version>', 'this version alone, if it still waits; for the timer', versionNumber)
    .action(async (flags: { unconfirmed?: number }) => {
      const applied = await configurator.revert(flags.unconfirmed);
      out(applied === undefined ? 'Nothing waits to be confirmed.\n' : appliedText(applied));
    });

  config
    .command('settle', { hidden: true })
    .description('At a start: finish or undo what was cut short.')
    .action(async () => configurator.settle());

  addOfferCommands(config, surroundings);
}

/** @param text `PATH=VALUE`, or `PATH=-` for what comes on standard input. @throws {Failure} */
async function assignment(text: string): Promise<readonly [path: string, value: string]> {
  const [, path = '', value = ''] = /^([A-Za-z0-9_.]+)=([\s\S]*)$/.exec(text) ?? [];
  if (path === '') throw new Failure(`“${text}” is no PATH=VALUE`, 'For example: hostname=web-1', 2);
  return [path, value === '-' ? (await readInput('-')).trimEnd() : value];
}

function versionNumber(text: string): number {
  if (!/^\d{1,8}$/.test(text)) throw new InvalidArgumentError('Expected the number of a version.');
  return Number(text);
}

function settingText(configuration: object, path: string): string {
  let value: unknown = configuration;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) {
      throw new Failure(`there is no setting ${path}`, 'See all: appliancectl config get', 2);
    }
    value = (value as Record<string, unknown>)[name];
  }
  return typeof value === 'string' ? value : JSON.stringify(value, null, 2);
}
