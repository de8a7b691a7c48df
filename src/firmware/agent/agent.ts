import { existsSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { Status } from '../../contract/health.ts';
import { readIdentity } from '../platform/identity.ts';
import type { Places } from '../platform/places.ts';
import { CheckRunner } from './check-runner.ts';
import { builtInChecks } from './checks/built-in.ts';
import type { UnitState } from './checks/services.ts';
import { type Clock, systemClock } from './clock.ts';
import { FirstInService } from './first-in-service.ts';
import { keepHistory } from './history/keep-history.ts';
import { answer, type Question } from './http/routes.ts';
import { httpServer } from './http/server.ts';
import { KeyRing } from './key-ring.ts';
import { NodeExporter } from './metrics/node-exporter.ts';
import { OwnMetrics } from './metrics/own-metrics.ts';
import { Orders } from './orders.ts';
import { readPayloadChecks } from './payload/read-payload-checks.ts';

export interface AgentOptions {
  readonly places: Places;
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  readonly nodeExporterPort: number;
  /** How systemd is asked. */
  readonly readUnits: (units: readonly string[]) => Promise<UnitState[]>;
  /** For the history; the system's when absent. */
  readonly clock?: Clock;
}

export interface Agent {
  /** The port it listens on. */
  readonly port: number;
  /** Looks at once for what the operator ordered, and asks every check. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the agent: checks, metrics, the listener on loopback and the socket for the TLS listener. */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { places, port, nodeExporterPort, readUnits, clock = systemClock } = options;
  const identity = await readIdentity(places.root);
  const keys = new KeyRing();
  const own = new OwnMetrics();
  const nodeExporter = new NodeExporter(nodeExporterPort);
  const orders = new Orders(places, () => void refresh());
  let units: readonly UnitState[] = [];
  let certificateEnd: Date | null = null;
  const first = await FirstInService.read(places.firstInService);
  const payload = await readPayloadChecks(places.payloadChecks, readUnits);
  const checks = new CheckRunner(
    [
      ...builtInChecks({
        hasTls: existsSync(places.tlsEnabled),
        readUnits,
        timex: () => nodeExporter.metrics('timex'),
        onUnits: (seen) => {
          units = seen;
        },
        onCertificate: (end) => {
          certificateEnd = end;
        },
      }),
      ...payload,
    ],
    () => {
      const { configuration } = orders;
      return { places, configuration, thresholds: configuration.monitoring.thresholds };
    },
    () => {
      if (inService()) first.note();
    },
  );

  const refresh = async (): Promise<void> => {
    keys.load(orders.configuration.monitoring);
    await checks.refresh();
  };
  const inService = (): boolean => !orders.drained && checks.coreHealthy;
  const status = (): Status => ({
    schemaVersion: 1,
    ...identity,
    inService: inService(),
    drained: orders.drained,
    firstInServiceSeconds: first.seconds,
    checks: checks.states,
  });
  const metrics = async (): Promise<string> => {
    const system = await nodeExporter.metrics();
    const figures = { status: status(), units, certificateEnd, configurationVersion: orders.version };
    return `${system}${await own.write(figures)}`;
  };
  await orders.look();
  keys.load(orders.configuration.monitoring);
  checks.start();
  const { history, stop: stopHistory } = await keepHistory({
    folder: places.history,
    root: places.root,
    payloadIds: payload.map(({ id }) => id),
    clock,
    checks: () => checks.states,
  });
  const respond = (question: Question) => answer(question, { status, inService, metrics, history, keys });

  const inside = httpServer(false, respond);
  const outside = httpServer(true, respond);
  await listening(inside, { host: '127.0.0.1', port });
  await rm(places.publicSocket, { force: true });
  await listening(outside, { path: places.publicSocket });
  // The TLS listener is another user; what may be asked through it needs a key.
  await chmod(places.publicSocket, 0o666);
  const address = inside.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : port,
    async refresh() {
      await orders.look();
      await refresh();
    },
    async close() {
      checks.stop();
      stopHistory();
      orders.stop();
      await Promise.all([inside, outside].map(closed));
    },
  };
}

function listening(server: Server, where: { host: string; port: number } | { path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(where, resolve);
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
