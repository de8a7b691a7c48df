// An agent on a host without systemd, for which a minute takes 50 ms: `fast-agent-process ROOT PORT EPOCH_MS`.
import { startAgent } from '../../../src/firmware/agent/agent.ts';
import { coreUnits } from '../../../src/firmware/agent/checks/services.ts';
import { placesBelow } from '../../../src/firmware/platform/places.ts';

const SPEED = 60_000 / 50;
const [root = '', port, epoch] = process.argv.slice(2);
const agent = await startAgent({
  places: placesBelow(root),
  port: Number(port),
  nodeExporterPort: 1,
  readUnits: async () => coreUnits.map((unit) => ({ unit, active: 'active', restarts: 0 })),
  clock: {
    // One line through all restarts: the appliance's clock goes on while the agent is away.
    now: () => new Date(Date.UTC(2026, 0, 1) + (Date.now() - Number(epoch)) * SPEED),
    elapsedMs: () => performance.now() * SPEED,
    after(ms, task) {
      const timer = setTimeout(task, ms / SPEED);
      return () => clearTimeout(timer);
    },
  },
});
process.once('SIGTERM', () => void agent.close());
