// The agent as its users' own programs see it: Prometheus scrapes it, promtool reads its metrics, HAProxy follows it.
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { debianPrograms } from '../../support/debian-programs.ts';
import { exporterCollectors } from '../../support/exporter-collectors.ts';
import { freePort } from '../../support/free-port.ts';
import { Prometheus } from '../../support/prometheus.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { KEY, runAgent } from './running-agent.ts';

const folder = tempFolder();
const programs = await debianPrograms(
  'prometheus',
  'prometheus-node-exporter',
  'haproxy',
  'libopentracing-c-wrapper0',
  'libopentracing1',
);
const children: ChildProcess[] = [];
const stops: (() => Promise<void>)[] = [];

function start(name: string, args: readonly string[]): void {
  const log = createWriteStream(join(folder, `${name}.log`));
  const child = spawn(programs.path(name === 'haproxy' ? 'usr/sbin/haproxy' : `usr/bin/${name}`), args, {
    env: { ...process.env, ...programs.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  children.push(child);
}

/** Asks until it is so. What never comes is ended by the runner's limit, with the peer's own words. */
async function until(name: string, what: () => Promise<boolean>): Promise<void> {
  const log = (): string => readFileSync(join(folder, `${name}.log`), 'utf8').slice(-2000);
  for (let tries = 0; ; tries++) {
    if (await what().catch(() => false)) return;
    if (tries === 600) assert.unreachable(`${name} never came to it:\n${log()}`);
    await sleep(200);
  }
}

const exporterPort = await freePort();
start('prometheus-node-exporter', [...exporterCollectors(), `--web.listen-address=127.0.0.1:${exporterPort}`]);
const { agent, places } = await runAgent(exporterPort);
await until('prometheus-node-exporter', async () => (await fetch(`http://127.0.0.1:${exporterPort}/metrics`)).ok);

test('promtool finds nothing to complain of in the metrics', async () => {
  const text = await (await fetch(`http://127.0.0.1:${agent.port}/metrics`)).text();
  assert.match(text, /^node_memory_MemTotal_bytes /m);
  // What node-exporter itself is complained of is not ours.
  const own = text.slice(text.indexOf('# HELP kiln_'));
  const child = spawn(programs.path('usr/bin/promtool'), ['check', 'metrics'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  child.stdin.end(own);
  const code = await new Promise((resolve) => child.on('close', resolve));
  assert.equal([code, said], [0, '']);
});

test('Prometheus scrapes it with a key and stores what it says', async () => {
  const prometheus = await Prometheus.start(
    programs,
    `global: { scrape_interval: 1s }
scrape_configs:
  - job_name: appliances
    metrics_path: /health/metrics
    authorization: { credentials: ${KEY} }
    static_configs: [{ targets: ['127.0.0.1:${agent.port}'] }]
`,
  );
  stops.push(() => prometheus.stop());
  const query = async (expression: string): Promise<string | undefined> =>
    (await prometheus.query(expression))[0]?.value[1];
  assert.is((await prometheus.answered('up == 1')).length, 1);
  assert.is(await query('kiln_in_service'), '1');
  assert.is(await query('kiln_check_healthy{check="memory"}'), '0');
  assert.ok(Number(await query('node_memory_MemTotal_bytes')) > 0);
  assert.ok(Number(await query('node_cpu_seconds_total{mode="idle"}')) > 0);
  // A counter's family has this name in OpenMetrics alone: that is what Prometheus asked for and got.
  const family = await fetch(`${prometheus.address}/api/v1/targets/metadata?metric=node_cpu_seconds`);
  assert.is(((await family.json()) as { data: { type: string }[] }).data[0]?.type, 'counter');
  assert.ok(await query('{__name__=~"node_vmstat_.+"}'));
  assert.is(await query('kiln_info{image="sample",slot="A"}'), '1');
});

test('HAProxy sends work elsewhere while the appliance is drained, and back afterwards', async () => {
  const [front, stats] = [await freePort(), await freePort()];
  const other = createServer((_request, response) => response.end('another appliance\n'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const config = join(folder, 'haproxy.cfg');
  writeFileSync(
    config,
    `defaults
  mode http
  timeout connect 5s
  timeout client 5s
  timeout server 5s
frontend work
  bind 127.0.0.1:${front}
  default_backend appliances
backend appliances
  option httpchk GET /testall
  http-check expect status 200
  server appliance 127.0.0.1:${agent.port} check inter 300ms fall 2 rise 2
  server spare 127.0.0.1:${(other.address() as AddressInfo).port} backup
listen stats
  bind 127.0.0.1:${stats}
  stats enable
  stats uri /stats
`,
  );
  start('haproxy', ['-db', '-f', config]);
  const state = async (): Promise<string> => {
    const csv = await (await fetch(`http://127.0.0.1:${stats}/stats;csv`)).text();
    const line = csv.split('\n').find((one) => one.startsWith('appliances,appliance,')) ?? '';
    return line.split(',')[17] ?? '';
  };
  const work = async (): Promise<string> => (await fetch(`http://127.0.0.1:${front}/testall`)).text();
  await until('haproxy', async () => (await state()) === 'UP');
  assert.is(await work(), 'OK\n');
  mkdirSync(dirname(places.drain), { recursive: true });
  writeFileSync(places.drain, '');
  await until('haproxy', async () => (await state()) === 'DOWN');
  assert.is(await work(), 'another appliance\n');
  rmSync(places.drain);
  await until('haproxy', async () => (await state()) === 'UP');
  assert.is(await work(), 'OK\n');
  other.close();
});

test.after(async () => {
  for (const stop of stops) await stop();
  for (const child of children) {
    child.kill('SIGKILL');
    await new Promise((resolve) =>
      child.exitCode === null && child.signalCode === null ? child.on('close', resolve) : resolve(0),
    );
  }
  await agent.close();
});

test.run();
