// Dashboard and rules against what there is: a real Prometheus scrapes the agent and node-exporter and answers each query.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { panels } from '../../../src/builder/monitoring/panels.ts';
import { startAgent } from '../../../src/firmware/agent/agent.ts';
import { coreUnits } from '../../../src/firmware/agent/checks/services.ts';
import { placesBelow } from '../../../src/firmware/platform/places.ts';
import { debianPrograms } from '../../support/debian-programs.ts';
import { exporterCollectors } from '../../support/exporter-collectors.ts';
import { freePort } from '../../support/free-port.ts';
import { Prometheus } from '../../support/prometheus.ts';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const programs = await debianPrograms('prometheus', 'prometheus-node-exporter');
const folder = tempFolder();
const children: ChildProcess[] = [];

function start(program: string, ...args: string[]): void {
  const env = { ...process.env, ...programs.env };
  children.push(spawn(programs.path(`usr/bin/${program}`), args, { env, stdio: 'ignore' }));
}

/** An appliance's agent that has TLS: without it there is no certificate to tell of. */
async function agentWithTls(nodeExporterPort: number): ReturnType<typeof startAgent> {
  const places = placesBelow(folder);
  for (const file of [places.tlsEnabled, places.certificate, places.publicSocket, join(folder, 'run/kiln/disk.env')]) {
    mkdirSync(dirname(file), { recursive: true });
  }
  for (const name of ['proc', 'data', 'usr/lib']) mkdirSync(join(folder, name), { recursive: true });
  writeFileSync(join(folder, 'proc/meminfo'), 'MemTotal: 1000 kB\nMemAvailable: 500 kB\n');
  writeFileSync(join(folder, 'proc/stat'), 'cpu  1 0 0 1000 0 0 0 0 0 0\n');
  writeFileSync(join(folder, 'usr/lib/os-release'), 'IMAGE_ID="sample"\nIMAGE_VERSION="1.2.3"\n');
  writeFileSync(places.tlsEnabled, '');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '90', '-subj', '/CN=a'];
  execFileSync('openssl', ['req', '-x509', ...key, '-keyout', join(folder, 'key.pem'), '-out', places.certificate], {
    stdio: 'ignore',
  });
  const readUnits = async () => coreUnits.map((unit) => ({ unit, active: 'active', restarts: 0 }));
  return startAgent({ places, port: 0, nodeExporterPort, readUnits });
}

const exporterPort = await freePort();
start('prometheus-node-exporter', ...exporterCollectors(), `--web.listen-address=127.0.0.1:${exporterPort}`);
const agent = await agentWithTls(exporterPort);
const prometheus = await Prometheus.start(
  programs,
  `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: appliances
    static_configs: [{ targets: ['127.0.0.1:${agent.port}'] }]
`,
);

const answered = async (expression: string): Promise<boolean> => (await prometheus.answered(expression)).length > 0;

/** The build host has no data partition; what is asked of it is asked of any. */
const onThisHost = (expression: string): string =>
  expression
    .replaceAll('mountpoint="/data",', '')
    .replaceAll('mountpoint="/data"', '')
    .replaceAll('$job', 'appliances')
    .replaceAll('$instance', '.*')
    .replaceAll('$__rate_interval', '10s');

test('Prometheus has an answer to every query of the dashboard', async () => {
  const silent: string[] = [];
  for (const { title, queries } of panels) {
    for (const { expr } of queries) if (!(await answered(onThisHost(expr)))) silent.push(`${title}: ${expr}`);
  }
  assert.equal(silent, []);
});

test('every metric that a rule is about is one that there is', async () => {
  const rules = readFileSync(join(repositoryRoot, 'src/builder/monitoring/prometheus-rules.yml'), 'utf8');
  const names = new Set(rules.match(/\b(?:kiln|node)_[a-zA-Z_]+/g));
  assert.ok(names.size > 10);
  const missing: string[] = [];
  for (const name of names) if (!(await answered(name))) missing.push(name);
  assert.equal(missing, []);
});

test.after(async () => {
  await prometheus.stop();
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.on('close', resolve));
  }
  await agent.close();
});

test.run();
