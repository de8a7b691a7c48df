import { createReadStream } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { Command, CommanderError } from 'commander';
import type { Configuration } from '../../contract/configuration/configuration.ts';
import type { StoredConfiguration } from '../platform/configuration-store.ts';
import { AGENT_PORT, placesBelow } from '../platform/places.ts';
import { check, configurationText, inForce, put, readAll, type Setting, storeOf } from './configure.ts';
import { Failure } from './failure.ts';
import { addKey, revokeKey } from './keys.ts';
import { askStatus, statusText } from './status.ts';

const places = placesBelow(process.env.KILN_ROOT ?? '/');
const setting: Setting = {
  folder: places.configuration,
  // sudo(8) says who asked.
  who: process.env.SUDO_USER ?? userInfo().username,
};
const out = (text: string): void => void process.stdout.write(text);
const json = (value: unknown): void => out(`${JSON.stringify(value)}\n`);

const program = new Command('appliancectl')
  .description('Look at this appliance and configure it. Changes need sudo.')
  .exitOverride()
  .showHelpAfterError('(appliancectl --help shows what there is)')
  .addHelpText('after', '\nExit codes: 0 done, 1 failed or not in service, 2 bad input.');

program
  .command('status')
  .description('How the appliance is: the truth that load balancers and monitoring get as well.')
  .option('--json', 'one JSON document for scripts')
  .action(async (flags: { json?: true }) => {
    const status = await askStatus(AGENT_PORT);
    if (flags.json) json(status);
    else out(statusText(status, process.stdout.isTTY === true));
    if (!status.inService) process.exitCode = 1;
  });

const drain = program.command('drain').description('Take the appliance out of service, and back in.');
drain
  .command('on')
  .description('Let load balancers send work elsewhere. A restart of the appliance ends it.')
  .action(async () => {
    await mkdir(dirname(places.drain), { recursive: true });
    await writeFile(places.drain, '');
    out('Drained: within a second /health/testall answers 503.\n');
  });
drain
  .command('off')
  .description('Take work again.')
  .action(async () => {
    await rm(places.drain, { force: true });
    out('In service again, when every core service is healthy.\n');
  });

const key = program.command('key').description('Keys of monitoring tools.');
key
  .command('add')
  .description('Make a key. It is shown once and kept as a hash.')
  .argument('<name>', 'lower-case letters, digits, dots and hyphens')
  .action(async (name: string) => {
    const before = await inForce(setting);
    const { configuration, key: made } = addKey(before.configuration, name);
    await put(setting, before, check(configurationText(configuration)));
    out(`${made}\n`);
    process.stderr.write('Keep it now: it is not shown again. Send it as “Authorization: Bearer KEY”.\n');
  });
key
  .command('list')
  .description('Names of the keys.')
  .option('--json', 'one JSON document for scripts')
  .action(async (flags: { json?: true }) => {
    const names = (await inForce(setting)).configuration.monitoring.apiKeys.map(({ name }) => name);
    if (flags.json) json(names);
    else out(names.map((name) => `${name}\n`).join('') || 'There are no keys yet: appliancectl key add NAME\n');
  });
key
  .command('revoke')
  .description('Make a key worthless, at once.')
  .argument('<name>')
  .action(async (name: string) => {
    const before = await inForce(setting);
    await put(setting, before, revokeKey(before.configuration, name));
    out(`Revoked ${name}.\n`);
  });

const config = program.command('config').description('The configuration: one document, every version kept.');
config
  .command('get')
  .description('Print the configuration in force.')
  .action(async () => out(configurationText((await inForce(setting)).configuration)));
config
  .command('apply')
  .description('Check a configuration and put it in force, whole or not at all.')
  .argument('<file>', 'JSON, or - for standard input')
  .action(async (file: string) => {
    const text = await readAll(file === '-' ? process.stdin : createReadStream(file)).catch((error: Error) => {
      throw new Failure(error.message, 'Name a file that can be read.', 2);
    });
    told(await put(setting, await inForce(setting), check(text)));
  });
config
  .command('history')
  .description('Every version that is kept: number, time, who, by which way.')
  .option('--json', 'one JSON document for scripts')
  .action(async (flags: { json?: true }) => {
    const store = storeOf(setting);
    const all = await Promise.all(
      (await store.versions()).map((version) =>
        store.read(version).catch((): StoredConfiguration | { version: number } => ({ version })),
      ),
    );
    if (flags.json) return json(all.map((one) => ({ ...one, configuration: undefined })));
    const line = (one: (typeof all)[number]): string =>
      'who' in one ? `${one.version}  ${one.time}  ${one.who}  ${one.channel}\n` : `${one.version}  can not be read\n`;
    out(all.map(line).join('') || 'As shipped.\n');
  });
config
  .command('rollback')
  .description('Put an earlier version in force again, as a new one.')
  .argument('<version>', 'its number in the history')
  .action(async (version: string) => {
    const store = storeOf(setting);
    if (!(await store.versions()).map(String).includes(version)) {
      throw new Failure(`there is no version ${version}`, 'See which there are: appliancectl config history', 2);
    }
    told(await put(setting, await inForce(setting), await readable(Number(version))));
  });

async function readable(version: number): Promise<Configuration> {
  try {
    return (await storeOf(setting).read(version)).configuration;
  } catch (error) {
    throw new Failure(`version ${version} can not be read: ${(error as Error).message}`, 'Choose another version.');
  }
}

function told({ version, changed }: { version: number; changed: boolean }): void {
  out(changed ? `Version ${version} is in force.\n` : `Nothing to change: version ${version} says the same.\n`);
}

try {
  await program.parseAsync();
} catch (thrown) {
  const isRefused = ['EACCES', 'EPERM'].includes((thrown as NodeJS.ErrnoException).code ?? '');
  const error = isRefused ? new Failure('this needs root', 'Say sudo before it.') : thrown;
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof Failure) {
    process.stderr.write(`error: ${error.message}\nhint: ${error.hint}\n`);
    process.exitCode = error.exitCode;
  } else throw error;
}
