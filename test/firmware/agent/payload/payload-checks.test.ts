// Payload checks as the agent asks them, of real servers and programs on loopback.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultConfiguration } from '../../../../src/contract/configuration/configuration.ts';
import type { PayloadCheck } from '../../../../src/contract/payload-checks/payload-checks.ts';
import { CheckRunner } from '../../../../src/firmware/agent/check-runner.ts';
import { payloadCheck } from '../../../../src/firmware/agent/payload/payload-check.ts';
import { readPayloadChecks } from '../../../../src/firmware/agent/payload/read-payload-checks.ts';
import { placesBelow } from '../../../../src/firmware/platform/places.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const folder = tempFolder();
const common = { core: false, intervalSeconds: 60, timeoutSeconds: 60 };
const surroundings = () => ({
  places: placesBelow(folder),
  configuration: defaultConfiguration,
  thresholds: defaultConfiguration.monitoring.thresholds,
});

/** What only this kind of check has. */
type OwnPart<T> = T extends PayloadCheck ? Omit<T, 'id' | 'core' | 'intervalSeconds' | 'timeoutSeconds'> : never;

/** What the runner knows after it asked once. */
async function ask(told: OwnPart<PayloadCheck>, active = 'active') {
  const check = payloadCheck({ id: 'x', ...common, ...told } as PayloadCheck, async ([unit = '']) => [
    { unit, active, restarts: 0 },
  ]);
  const runner = new CheckRunner([check], surroundings);
  await runner.ask(check);
  const { verdict, detail } = runner.states[0] ?? {};
  return { healthy: verdict === 'healthy', detail: detail ?? '' };
}

/** A shop with a log-in: a token in the form, a cookie for the session, a page for those who have both. */
function shop({ method, url, headers }: IncomingMessage, response: ServerResponse, body: string): void {
  if (url === '/hang') return;
  if (url === '/huge') return void response.end(Buffer.alloc(2 * 1024 * 1024));
  if (url === '/login' && method === 'GET') {
    response.setHeader('set-cookie', ['visit=1; Path=/; HttpOnly', 'old=1', 'old=; Max-Age=0']);
    return void response.end('<input name="csrf" value="a/b&c"> <p>Welcome');
  }
  if (url === '/login' && body === 'csrf=a/b&c&user=probe' && headers.cookie === 'visit=1') {
    response.setHeader('set-cookie', 'session=s3');
    return void response.writeHead(302, { location: '/' }).end();
  }
  const signedIn =
    url === '/home?t=a%2Fb%26c' && headers.cookie === 'visit=1; session=s3' && headers['x-t'] === 'a/b&c';
  response.writeHead(signedIn ? 200 : 403).end(signedIn ? 'Signed in' : 'Go away');
}
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => shop(request, response, body));
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
const base = `http://127.0.0.1:${port}`;
const step = { method: 'GET', headers: [], body: null, status: 200, contains: null, captures: [] } as const;
const steps = [
  { ...step, path: '/login', contains: 'Welcome', captures: [{ name: 't', after: 'value="', before: '"' }] },
  { ...step, method: 'POST', path: '/login', body: 'csrf={{t}}&user=probe', status: 302 },
  { ...step, path: '/home?t={{t}}', headers: [{ name: 'X-T', value: '{{t}}' }], contains: 'Signed in' },
] as const;

test('http: status and text have to be as expected', async () => {
  const http = { kind: 'http', url: `${base}/login`, status: 200, contains: 'Welcome' } as const;
  assert.is((await ask(http)).healthy, true);
  assert.equal(await ask({ ...http, contains: 'Bye' }), {
    healthy: false,
    detail: `${base}/login: the answer lacks the text it should contain`,
  });
  assert.match((await ask({ ...http, status: 500 })).detail, 'answered 200, expected 500');
  assert.match((await ask({ ...http, url: `${base}/huge` })).detail, 'an answer of more than 1024 KiB');
});

test('tcp: a connection is enough, and none is told', async () => {
  assert.is((await ask({ kind: 'tcp', port })).healthy, true);
  const closed = createTcpServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const free = (closed.address() as AddressInfo).port;
  await new Promise((resolve) => closed.close(resolve));
  assert.match((await ask({ kind: 'tcp', port: free })).detail, 'ECONNREFUSED');
});

test('command: the exit code counts, its first line is shown, and no shell is in between', async () => {
  const command = (...words: string[]) => ask({ kind: 'command', command: words });
  assert.equal(await command('/bin/echo', '$HOME;', '*'), {
    healthy: true,
    detail: '/bin/echo ended with 0: $HOME; *',
  });
  const failing = await command('/bin/sh', '-c', 'printf "\\033[31mno replica\\nmore\\n" >&2; exit 3');
  assert.equal(failing, { healthy: false, detail: '/bin/sh ended with 3: [31mno replica' });
  assert.match((await command('/no/such/program')).detail, 'ENOENT');
  assert.match((await command('/bin/sh', '-c', 'kill -9 $$')).detail, 'was ended by SIGKILL');
  assert.is((await command('/bin/sh', '-c', 'head -c 10000000 /dev/zero; exit 0')).healthy, true);
  const environment = await command('/bin/sh', '-c', 'env | sort | cut -d= -f1 | tr "\\n" " "');
  assert.match(environment.detail, /0: LC_ALL PATH (PWD )?SYSTEMD_IGNORE_CHROOT/);
});

test('unit: as systemd says', async () => {
  assert.is((await ask({ kind: 'unit', unit: 'shop.service' })).healthy, true);
  assert.equal(await ask({ kind: 'unit', unit: 'shop.service' }, 'failed'), {
    healthy: false,
    detail: 'shop.service is failed',
  });
});

test('transaction: cookies and captured values go on to the next step', async () => {
  const { healthy, detail } = await ask({ kind: 'transaction', url: base, steps });
  assert.match(detail, /^3 steps in \d+\.\d\d s$/);
  assert.is(healthy, true);
});

test('transaction: the first step that is not as expected is named, and none after it is made', async () => {
  const [first, second, third] = steps;
  const run = (...some: object[]) => ask({ kind: 'transaction', url: base, steps: some } as never);
  assert.is((await run(first, third)).detail, 'step 2 of 2, GET /home?t={{t}}: answered 403, expected 200');
  const lost = { ...first, captures: [{ name: 't', after: 'nowhere', before: '"' }] };
  assert.is((await run(lost, second)).detail, 'step 1 of 2, GET /login: there is nothing to capture as t');
});

test('one that hangs is told within its timeout, ends what it started, and holds up no other', async () => {
  const marker = join(folder, 'grandchild');
  const hangs: PayloadCheck[] = [
    { id: 'http', kind: 'http', ...common, url: `${base}/hang`, status: 200, contains: null },
    { id: 'walk', kind: 'transaction', ...common, url: base, steps: [{ ...step, path: '/hang' }] },
    {
      ...{ id: 'command', kind: 'command', ...common },
      command: ['/bin/sh', '-c', `sleep 1000 & echo $! > ${marker}; trap "" TERM; wait`],
    } as PayloadCheck,
  ];
  const well = payloadCheck({ id: 'well', kind: 'tcp', ...common, port }, async () => []);
  const checks = hangs.map((told) => ({ ...payloadCheck(told, async () => []), limitSeconds: 0.5 }));
  const runner = new CheckRunner([...checks, well], surroundings);
  await Promise.all([...checks, well].map((check) => runner.ask(check)));
  for (const { id } of hangs) assert.is(runner.state(id)?.detail, 'no answer within 0.5 s', id);
  assert.is(runner.state('well')?.verdict, 'healthy');
  const grandchild = readFileSync(marker, 'utf8').trim();
  const isThere = (): boolean =>
    existsSync(`/proc/${grandchild}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${grandchild}/status`, 'utf8'));
  while (isThere()) await sleep(20);
});

test('what a check leaves in the background neither holds it up nor stays', async () => {
  const marker = join(folder, 'background');
  const command = ['/bin/sh', '-c', `sleep 1000 & echo $! > ${marker}; exit 0`];
  assert.is((await ask({ kind: 'command', command })).healthy, true);
  const left = readFileSync(marker, 'utf8').trim();
  while (existsSync(`/proc/${left}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${left}/status`, 'utf8')))
    await sleep(20);
});

test('a list that cannot be read is a core check that fails, and none is none', async () => {
  const path = placesBelow(folder).payloadChecks;
  assert.equal(await readPayloadChecks(path, async () => []), []);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, '{"schemaVersion":1,"checks":[{"id":"x"}]}');
  const [check, ...more] = await readPayloadChecks(path, async () => []);
  assert.ok(check);
  assert.equal([check.id, check.core, more.length], ['payload', true, 0]);
  const verdict = await check.judge({ ...surroundings(), now: new Date(), signal: new AbortController().signal });
  assert.is(verdict.healthy, false);
  assert.match(verdict.detail, 'checks[0].kind');
});

test.after(() => {
  server.closeAllConnections();
  server.close();
});

test.run();
