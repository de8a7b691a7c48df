import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Agent, startAgent } from '../../../src/firmware/agent/agent.ts';
import { coreUnits } from '../../../src/firmware/agent/checks/services.ts';
import { ConfigurationStore } from '../../../src/firmware/platform/configuration-store.ts';
import { type Places, placesBelow } from '../../../src/firmware/platform/places.ts';
import { tempFolder } from '../../support/temp-folder.ts';

export const KEY = 'test-key-with-enough-letters-in-it';

export interface RunningAgent {
  readonly agent: Agent;
  readonly places: Places;
  readonly store: ConfigurationStore;
  /** What systemd would say; a mock, for there is none on a build host. */
  units: { active: string };
}

/**
 * An agent on this host, with folders of its own and a key. Whoever starts one closes it.
 * @param nodeExporterPort 1 when there is none: the appliance's own figures have to come all the same
 */
export async function runAgent(nodeExporterPort: number): Promise<RunningAgent> {
  const root = tempFolder();
  const places = placesBelow(root);
  for (const folder of ['proc', 'data', 'usr/lib', 'run/kiln', 'run/kiln-agent']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  writeFileSync(join(root, 'proc/meminfo'), 'MemTotal: 1000 kB\nMemAvailable: 50 kB\n');
  writeFileSync(join(root, 'proc/stat'), 'cpu  1 0 0 1000 0 0 0 0 0 0\n');
  writeFileSync(join(root, 'usr/lib/os-release'), 'IMAGE_ID="sample"\nIMAGE_VERSION="1.2.3"\n');
  writeFileSync(join(root, 'run/kiln/disk.env'), 'KILN_SLOT=A\n');
  mkdirSync(places.configuration, { recursive: true });
  const store = new ConfigurationStore(places.configuration);
  const { configuration, newest } = await store.current(() => {});
  const apiKeys = [{ name: 'test', sha256: createHash('sha256').update(KEY).digest('hex') }];
  await store.add(
    {
      who: 'test',
      channel: 'test',
      configuration: { ...configuration, monitoring: { ...configuration.monitoring, apiKeys } },
    },
    newest,
    new Date(0),
  );
  const units = { active: 'active' };
  const agent = await startAgent({
    places,
    port: 0,
    nodeExporterPort,
    readUnits: async () => coreUnits.map((unit) => ({ unit, active: units.active, restarts: 0 })),
  });
  await agent.refresh();
  return { agent, places, store, units };
}
