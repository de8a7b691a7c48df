import { AGENT_PORT, NODE_EXPORTER_PORT, placesBelow } from '../platform/places.ts';
import { startAgent } from './agent.ts';
import { readUnits } from './checks/services.ts';

const agent = await startAgent({
  places: placesBelow('/'),
  port: AGENT_PORT,
  nodeExporterPort: NODE_EXPORTER_PORT,
  readUnits,
});
process.once('SIGTERM', () => void agent.close());
