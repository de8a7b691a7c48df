import { existsSync } from 'node:fs';
import { chmod, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { uptime } from 'node:os';
import type { Status } from '../../contract/health.ts';
import { readIdentity } from '../platform/identity.ts';
import type { Places } from '../platform/places.ts';
import { readIfThere } from '../platform/read-if-there.ts';
import { CheckRunner } from './check-runner.ts';
import { certificate } from './checks/certificate.ts';
import { cpu } from './checks/cpu.ts';
import { disk } from './checks/disk.ts';
import { memory } from './checks/memory.ts';
import { network } from './checks/network.ts';
import { coreUnits, services, tlsUnit, type UnitState } from './checks/services.ts';
import { time } from './checks/time.ts';
import { answer, type Question } from './http/routes.ts';
import { httpServer } from './http/server.ts';
import { KeyRing } from './key-ring.ts';
import { NodeExporter } from './metrics/node-exporter.ts';
import { OwnMetrics } from './metrics/own-metrics.ts';
import { Orders } from './orders.ts';

export interface AgentOptions {
  readonly places: Places;
  /** On 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  readonly nodeExporterPort: number;
  /** How systemd is asked. */
  readonly readUnits: (units: readonly string[]) => Promise<UnitState[]>;
}

export interface Agent {
  /** The port it listens on. */
  readonly port: number;
  /** Looks at once for what the operator ordered, and asks every check. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

/** Starts the agent: checks, metrics, the listener on loopback and the socket for the TLS listener. */
export async function startAgent({ places, port, nodeExporterPort, readUnits }: AgentOptions): Promise<Agent> {
  const identity = await readIdentity(places.root);
  const keys = new KeyRing();
  const own = new OwnMetrics();
  const nodeExporter = new NodeExporter(nodeExporterPort);
  const hasTls = existsSync(places.tlsEnabled);
  const orders = new Orders(places, () => void refresh());
  let units: readonly UnitState[] = [];
  let certificateEnd: Date | null = null;
  let firstInServiceSeconds = await readSeconds(places.firstInService);
  const checks = new CheckRunner(
    [
      ...[cpu(), memory, disk, network, time(() => nodeExporter.metrics('timex'))],
      services(
        [...coreUnits, ...(hasTls ? [tlsUnit] : [])],
        (seen) => {
          units = seen;
        },
        readUnits,
      ),
      // Without a TLS listener there is no certificate.
      ...(hasTls
        ? [
            certificate((end) => {
              certificateEnd = end;
            }),
          ]
        : []),
    ],
    () => ({ places, thresholds: orders.configuration.monitoring.thresholds }),
    () => {
      if (firstInServiceSeconds !== null || !inService()) return;
      firstInServiceSeconds = uptime();
      void writeFile(places.firstInService, String(firstInServiceSeconds)).catch(() => undefined);
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
    firstInServiceSeconds,
    checks: checks.states,
  });
  const metrics = async (): Promise<{ type: string; text: string }> => {
    const system = await nodeExporter.metrics();
    const figures = { status: status(), units, certificateEnd, configurationVersion: orders.version };
    const { type, text } = await own.write(figures);
    return { type, text: `${system}${text}` };
  };
  const respond = (question: Question) => answer(question, { status, inService, metrics, keys });

  await orders.look();
  keys.load(orders.configuration.monitoring);
  checks.start();
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
      orders.stop();
      await Promise.all([inside, outside].map(closed));
    },
  };
}

/** @returns null when nobody has noted it since the machine was started */
async function readSeconds(path: string): Promise<number | null> {
  const text = await readIfThere(path);
  return text === '' ? null : Number(text);
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
