import { mkdir, rm, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname } from 'node:path';
import { Command, CommanderError } from 'commander';
import { completeConfiguration } from '../../contract/configuration/parse-configuration.ts';
import { applianceConfigurator } from '../configure/appliance-configurator.ts';
import { ApplyError } from '../configure/apply-error.ts';
import { AGENT_PORT, placesBelow } from '../platform/places.ts';
import { addConfigCommands } from './config-commands.ts';
import { refusing } from './configure.ts';
import { Failure } from './failure.ts';
import { addKey, newKey, revokeKey } from './keys.ts';
import { addSetupCommands } from './setup-commands.ts';
import { askStatus, statusText } from './status.ts';
import { addUpdateCommands } from './update/update-commands.ts';

const places = placesBelow(process.env.KILN_ROOT ?? '/');
const configurator = applianceConfigurator(places, (message) => process.stderr.write(`warning: ${message}\n`));
// sudo(8) says who asked.
const origin = { who: process.env.SUDO_USER || userInfo().username, channel: 'appliancectl' } as const;
const out = (text: string): void => void process.stdout.write(text);
const json = (value: unknown): void => out(`${JSON.stringify(value)}\n`);

const program = new Command('appliancectl')
  .description('Look at this appliance, configure and update it. Changes need sudo.')
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
    const made = newKey();
    await refusing(() => configurator.edit((inForce) => completeConfiguration(addKey(inForce, name, made)), origin));
    out(`${made}\n`);
    process.stderr.write('Keep it now: it is not shown again. Send it as “Authorization: Bearer KEY”.\n');
  });
key
  .command('list')
  .description('Names of the keys.')
  .option('--json', 'one JSON document for scripts')
  .action(async (flags: { json?: true }) => {
    const names = (await configurator.kept.current()).configuration.monitoring.apiKeys.map(({ name }) => name);
    if (flags.json) json(names);
    else out(names.map((name) => `${name}\n`).join('') || 'There are no keys yet: appliancectl key add NAME\n');
  });
key
  .command('revoke')
  .description('Make a key worthless, at once.')
  .argument('<name>')
  .action(async (name: string) => {
    await configurator.edit((inForce) => revokeKey(inForce, name), origin);
    out(`Revoked ${name}.\n`);
  });

addConfigCommands(program, { configurator, origin, root: places.root, out });
addSetupCommands(program, places.root, out);
addUpdateCommands(program, { socket: places.updaterSocket, who: origin.who, out });

// A change of the network may end the session that makes it: the change goes on, and what it says is lost.
process.on('SIGHUP', () => undefined);
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

try {
  await program.parseAsync();
} catch (thrown) {
  const isRefused = ['EACCES', 'EPERM'].includes((thrown as NodeJS.ErrnoException).code ?? '');
  const error = isRefused ? new Failure('this needs root', 'Say sudo before it.') : thrown;
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : 2;
  else if (error instanceof Failure || error instanceof ApplyError) {
    process.stderr.write(`error: ${error.message}\nhint: ${error.hint}\n`);
    process.exitCode = error.exitCode;
  } else throw error;
}
