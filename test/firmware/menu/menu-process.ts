import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { consoleConfiguring } from '../../../src/firmware/menu/console-configuring.ts';
import { runMenu } from '../../../src/firmware/menu/run-menu.ts';
import { openTerminal } from '../../../src/firmware/menu/terminal.ts';
import { sampleAppliance } from '../configure/sample-appliance.ts';
import { Sample } from './sample.ts';

/**
 * The menu in a process of its own, over the real configurator and a tree of its own: `menu-process.ts REPORT`. At its end
 * it writes what it made of the tree. Only the programs that put a configuration in force are replaced.
 */
const [report = ''] = process.argv.slice(2);
const { configurator, commands, root } = sampleAppliance(undefined, new Date());
const terminal = openTerminal(process.stdin, process.stdout);
await runMenu(terminal, new Sample().appliance, consoleConfiguring(configurator), new AbortController().signal);
terminal.close();
const history = await configurator.kept.history();
const { configuration } = await configurator.kept.current();
writeFileSync(report, JSON.stringify({ configuration, history, commands, network: join(root, 'etc/systemd/network') }));
