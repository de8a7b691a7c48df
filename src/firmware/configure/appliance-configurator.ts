import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Places } from '../platform/places.ts';
import { runCommand, takeLock } from '../platform/run-command.ts';
import { Configurator } from './configurator.ts';
import { RenderedFiles } from './rendered-files.ts';
import { sections } from './sections/index.ts';

/** The configurator of the appliance that this program runs in. @param warn told of versions that can not be read */
export function applianceConfigurator(places: Places, warn: (message: string) => void): Configurator {
  return new Configurator({
    places,
    sections,
    files: new RenderedFiles(places.root, places.rendered, (name) => groupId(places.root, name)),
    now: () => new Date(),
    // A tree that does not run has no services to tell; its files are all there is.
    run: places.root === '/' ? runCommand : async () => '',
    lock: takeLock,
    warn,
  });
}

/** group(5). @throws {Error} when there is no such group */
async function groupId(root: string, name: string): Promise<number> {
  const line = (await readFile(join(root, 'etc/group'), 'utf8')).split('\n').find((one) => one.startsWith(`${name}:`));
  const id = Number(line?.split(':')[2]);
  if (!Number.isInteger(id)) throw new Error(`there is no group ${name}`);
  return id;
}
