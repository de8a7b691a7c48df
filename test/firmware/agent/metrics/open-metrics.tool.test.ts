// What node-exporter and the agent measure, in OpenMetrics, read by a parser that is not ours.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { debianPrograms } from '../../../support/debian-programs.ts';
import { exporterCollectors } from '../../../support/exporter-collectors.ts';
import { freePort } from '../../../support/free-port.ts';
import { runAgent } from '../running-agent.ts';

const ACCEPT = 'application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5';
const programs = await debianPrograms('prometheus-node-exporter', 'python3-prometheus-client');

const exporterPort = await freePort();
const exporter = spawn(
  programs.path('usr/bin/prometheus-node-exporter'),
  [...exporterCollectors(), `--web.listen-address=127.0.0.1:${exporterPort}`],
  { stdio: 'ignore' },
);
const { agent } = await runAgent(exporterPort);
const answers = async (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );
while (!(await answers(`http://127.0.0.1:${exporterPort}/metrics`))) await sleep(50);
const scrape = (headers: Record<string, string>) => fetch(`http://127.0.0.1:${agent.port}/metrics`, { headers });

/** @returns what the parser found, or its complaint */
async function parse(text: string): Promise<string> {
  const script = fileURLToPath(new URL('read-open-metrics.py', import.meta.url));
  const child = spawn('python3', [script], {
    env: { ...process.env, PYTHONPATH: programs.path('usr/lib/python3/dist-packages') },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  child.stdin.end(text);
  await once(child, 'close');
  return said;
}

test('another parser takes all of it, and the types are there', async () => {
  const response = await scrape({ accept: ACCEPT });
  assert.is(response.headers.get('content-type'), 'application/openmetrics-text; version=1.0.0; charset=utf-8');
  assert.is(response.headers.get('vary'), 'Accept');
  const said = await parse(await response.text());
  assert.match(said, /^\{/, said);
  const counts = JSON.parse(said) as Record<string, number>;
  for (const [type, least] of [
    ['counter', 20],
    ['gauge', 100],
    ['unknown', 5],
    ['summary', 1],
  ] as const)
    assert.ok((counts[type] ?? 0) >= least, said);
});

test('the parser is strict: plain text is refused', async () => {
  const response = await scrape({});
  assert.is(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  assert.match(await parse(await response.text()), /ValueError/);
});

test('whoever changes over finds every series under its name', async () => {
  const seriesOf = async (headers: Record<string, string>): Promise<string[]> =>
    (await (await scrape(headers)).text())
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.slice(0, line.lastIndexOf(' ')))
      .sort();
  const plain = await seriesOf({});
  assert.ok(plain.length > 200, String(plain.length));
  assert.equal(await seriesOf({ accept: ACCEPT }), plain);
});

test.after(async () => {
  exporter.kill('SIGKILL');
  if (exporter.exitCode === null && exporter.signalCode === null) await once(exporter, 'close');
  await agent.close();
});

test.run();
