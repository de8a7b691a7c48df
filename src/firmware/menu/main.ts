import { applianceConfigurator } from '../configure/appliance-configurator.ts';
import { AGENT_PORT, placesBelow } from '../platform/places.ts';
import { consoleConfiguring } from './console-configuring.ts';
import { runMenu } from './run-menu.ts';
import { openTerminal } from './terminal.ts';
import { thisAppliance } from './this-appliance.ts';

const { stdin, stdout, stderr } = process;
if (stdin.isTTY && stdout.isTTY) {
  const places = placesBelow('/');
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGHUP', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const configurator = applianceConfigurator(places, (message) => stderr.write(`warning: ${message}\n`));
  const terminal = openTerminal(stdin, stdout);
  try {
    await runMenu(terminal, thisAppliance(places, AGENT_PORT), consoleConfiguring(configurator), stop.signal);
  } finally {
    terminal.close();
  }
} else {
  stderr.write('error: the menu needs a terminal\nhint: For scripts there is appliancectl.\n');
  process.exitCode = 2;
}
