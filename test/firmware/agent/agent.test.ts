import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Status } from '../../../src/contract/health.ts';
import { KEY, runAgent } from './running-agent.ts';

const running = await runAgent(1);
const { agent, places, store } = running;

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** @param where on loopback, or through the socket of the TLS listener */
function ask(
  path: string,
  headers: Record<string, string> = {},
  where: 'inside' | 'outside' = 'outside',
  method = 'GET',
) {
  const to = where === 'inside' ? { host: '127.0.0.1', port: agent.port } : { socketPath: places.publicSocket };
  return new Promise<Reply>((resolve, reject) => {
    const asked = request({ ...to, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    asked.on('error', reject);
    asked.end();
  });
}
const bearer = { authorization: `Bearer ${KEY}` };

async function until(what: () => Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(50);
}

test('load balancers learn in one word whether to send work, without a key', async () => {
  for (const where of ['inside', 'outside'] as const) {
    const { status, body } = await ask('/health/testall', {}, where);
    assert.equal([status, body], [200, 'OK\n']);
  }
  assert.is((await ask('/testall', {}, 'inside')).status, 200);
  const head = await ask('/health/testall', {}, 'outside', 'HEAD');
  assert.equal([head.status, head.body], [200, '']);
});

test('a drained appliance is left alone, and nothing is revealed', async () => {
  mkdirSync(dirname(places.drain), { recursive: true });
  writeFileSync(places.drain, '');
  await until(async () => (await ask('/health/testall')).status === 503);
  const { body, headers } = await ask('/health/testall');
  assert.is(body, 'NOT OK\n');
  assert.ok(headers['retry-after']);
  rmSync(places.drain);
  await until(async () => (await ask('/health/testall')).status === 200);
});

test('a core service that is down takes the appliance out of service, until it is back', async () => {
  running.units.active = 'failed';
  await agent.refresh();
  assert.is((await ask('/health/testall')).status, 503);
  const { status, body } = await ask('/health/status/services', bearer);
  assert.is(status, 520);
  assert.match(JSON.parse(body).advice, 'journalctl -b -u systemd-networkd.service');
  running.units.active = 'active';
  await agent.refresh();
  assert.is((await ask('/health/testall')).status, 200);
});

test('a check is 204, or 520 with what is wrong and what to do, and 404 when there is none', async () => {
  assert.is((await ask('/health/status/services', bearer)).status, 204);
  const { status, body, headers } = await ask('/health/status/memory', bearer);
  assert.is(status, 520);
  assert.is(headers['content-type'], 'application/problem+json');
  assert.equal(JSON.parse(body), {
    type: 'urn:kiln:problem:check:memory',
    title: 'memory: not healthy',
    status: 520,
    detail: '5.0 % of 1 MiB available (limit 10 %)',
    advice: 'Give the virtual machine more memory.',
  });
  for (const path of ['/health/status/email', '/health/status/', '/', '/health/../testall', '/testall', '/metrics']) {
    assert.is((await ask(path, bearer)).status, 404, path);
  }
});

test('without a valid key nothing but the one word is told', async () => {
  for (const path of ['/health/status/memory', '/health/status/email', '/health/metrics']) {
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: `Basic ${KEY}` }]) {
      const { status, headers: answered, body } = await ask(path, headers);
      assert.is(status, 401, path);
      assert.is(answered['www-authenticate'], 'Bearer');
      assert.not.match(body, 'MiB');
    }
  }
  assert.is((await ask('/health/metrics', { 'x-api-key': KEY })).status, 200);
});

test('who asks too often is told when to come back', async () => {
  const { configuration, newest } = await store.current(() => {});
  const monitoring = { ...configuration.monitoring, requestsPerMinute: 1 };
  await store.add(
    { who: 'test', channel: 'test', configuration: { ...configuration, monitoring } },
    newest,
    new Date(0),
  );
  await agent.refresh();
  await ask('/health/status/cpu', bearer);
  const { status, headers } = await ask('/health/status/cpu', bearer);
  assert.is(status, 429);
  assert.ok(Number(headers['retry-after']) >= 1);
  await store.add({ who: 'test', channel: 'test', configuration }, newest + 1, new Date(0));
  await agent.refresh();
});

test('a configuration that was damaged leaves the one in force', async () => {
  const stored = await store.current(() => {});
  writeFileSync(
    `${places.configuration}/${String(stored.version + 1).padStart(8, '0')}.json`,
    '{"configuration": {"x":',
  );
  await agent.refresh();
  assert.is((await ask('/health/status/services', bearer)).status, 204);
  rmSync(`${places.configuration}/${String(stored.version + 1).padStart(8, '0')}.json`);
});

test('metrics tell of the appliance itself, also when node-exporter is silent', async () => {
  const { status, headers, body } = await ask('/metrics', {}, 'inside');
  assert.is(status, 200);
  assert.match(headers['content-type'] ?? '', 'version=0.0.4');
  assert.match(body, 'kiln_info{image="sample",version="1.2.3",slot="A"} 1');
  assert.match(body, 'kiln_check_healthy{check="memory"} 0');
  assert.match(body, 'kiln_check_healthy{check="services"} 1');
  assert.match(body, /^kiln_first_in_service_seconds \d/m);
  assert.not.match(body, /^kiln_certificate_expiry/m, 'what is not known is absent');
});

test('scripts of the appliance get the whole status on loopback, and nobody outside', async () => {
  const { body } = await ask('/status', {}, 'inside');
  const status = JSON.parse(body) as Status;
  assert.equal([status.image, status.slot, status.inService, status.drained], ['sample', 'A', true, false]);
  assert.equal(
    status.checks.map(({ id }) => id).sort(),
    ['cpu', 'disk', 'memory', 'network', 'services', 'time'],
    'there is no TLS listener here, so there is no certificate to check',
  );
  assert.is((await ask('/status', bearer)).status, 404);
});

test('only questions are answered', async () => {
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'TRACE']) {
    const { status, headers } = await ask('/health/testall', {}, 'outside', method);
    assert.equal([status, headers.allow], [405, 'GET, HEAD'], method);
  }
});

/** Sends bytes as they are. @returns the first line of the answer, empty when the connection just ended */
function raw(bytes: string | Buffer): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(agent.port, '127.0.0.1', () => socket.end(bytes));
    let answer = '';
    socket.on('data', (chunk) => {
      answer += chunk.toString('latin1');
    });
    socket.on('error', () => resolve(answer));
    socket.on('close', () => resolve(answer.split('\r\n', 1)[0] ?? ''));
  });
}

test('a header of a megabyte is refused, and the next question answered', async () => {
  const first = await raw(`GET /testall HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(2 ** 20)}\r\n\r\n`);
  assert.ok(first === '' || /^HTTP\/1\.1 431/.test(first), first);
  assert.is((await ask('/testall', {}, 'inside')).status, 200);
});

test('2,000 garbled requests do not end the agent, and none is answered as if it had a key', async () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((seed / 2 ** 32) * below);
  };
  const good = `GET /health/metrics HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${'x'.repeat(20)}\r\n\r\n`;
  for (let round = 0; round < 100; round++) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => {
        const bytes = Buffer.from(good);
        for (let flips = 1 + random(6); flips > 0; flips--) bytes[random(bytes.length)] = random(256);
        return raw(bytes);
      }),
    );
    for (const answer of answers) assert.not.match(answer, /^HTTP\/1\.1 (200|204|500|520)/);
  }
  assert.is((await ask('/testall', {}, 'inside')).status, 200);
});

test.after(() => agent.close());

test.run();
