// The agent as a process of its own, on a host that has no systemd: `agent-process ROOT NODE_EXPORTER_PORT`.
import { startAgent } from '../../../src/firmware/agent/agent.ts';
import { coreUnits } from '../../../src/firmware/agent/checks/services.ts';
import { placesBelow } from '../../../src/firmware/platform/places.ts';

const [root = '', nodeExporterPort] = process.argv.slice(2);
const { port } = await startAgent({
  places: placesBelow(root),
  port: 0,
  nodeExporterPort: Number(nodeExporterPort),
  readUnits: async () => coreUnits.map((unit) => ({ unit, active: 'active', restarts: 0 })),
});
process.stdout.write(`${port}\n`);
