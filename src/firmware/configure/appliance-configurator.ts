import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Places } from '../platform/places.ts';
import { runCommand, takeLock } from '../platform/run-command.ts';
import { Configurator } from './configurator.ts';
import { RenderedFiles } from './rendered-files.ts';
import { sections } from './sections/index.ts';

const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** The configurator of the appliance that this program runs in. @param warn told of versions that can not be read */
export function applianceConfigurator(places: Places, warn: (message: string) => void): Configurator {
  return new Configurator({
    places,
    sections,
    files: new RenderedFiles(places.root, places.rendered, (name) => groupId(places.root, name)),
    now: () => new Date(),
    // A tree that does not run has no services to tell; its files are all there is.
    run: places.root === '/' ? runCommand : async () => '',
    lock: undisturbed,
    warn,
  });
}

/**
 * A change that has begun is brought to its end: a session that ends with the network, an impatient Ctrl-C and a service
 * manager's stop wait for it.
 */
async function undisturbed(path: string): ReturnType<typeof takeLock> {
  const release = await takeLock(path);
  if (release === undefined) return undefined;
  const wait = (): void => undefined;
  for (const signal of signals) process.on(signal, wait);
  return async () => {
    for (const signal of signals) process.off(signal, wait);
    await release();
  };
}

/** group(5). @throws {Error} when there is no such group */
async function groupId(root: string, name: string): Promise<number> {
  const line = (await readFile(join(root, 'etc/group'), 'utf8')).split('\n').find((one) => one.startsWith(`${name}:`));
  const id = Number(line?.split(':')[2]);
  if (!Number.isInteger(id)) throw new Error(`there is no group ${name}`);
  return id;
}
