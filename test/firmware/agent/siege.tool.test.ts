// The TLS listener of the appliance, with its own settings, under those who take connections and give nothing.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { debianPrograms } from '../../support/debian-programs.ts';
import { freePort } from '../../support/free-port.ts';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { testAuthority } from './outside/test-authority.ts';
import { KEY, runAgent } from './running-agent.ts';

const IDLE = 10_000;
const SLOW = 500;
const nginx = await debianPrograms('nginx');
const folder = tempFolder();
const { agent, places } = await runAgent(1);
const authority = testAuthority();
const { keyFile, certFile } = authority.issue('DNS:localhost');
const port = await freePort();

/** The settings that ship, with this test's places and port in them and nothing else changed. */
function settings(): string {
  const shipped = readFileSync(join(repositoryRoot, 'provisioners/80-agent/tls/nginx.conf'), 'utf8');
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder};`);
  const changes: readonly (readonly [string | RegExp, string])[] = [
    ['user www-data;', `user ${userInfo().username};\ndaemon off;`],
    ['/run/nginx.pid', join(folder, 'nginx.pid')],
    ['syslog:server=unix:/dev/log,nohostname', join(folder, 'error.log')],
    ['http {', `http {\n${temporary.join('\n')}`],
    ['/var/lib/kiln/tls/certificate.pem', certFile],
    ['/var/lib/kiln/tls/key.pem', keyFile],
    ['unix:/run/kiln-agent/public.sock', `unix:${places.publicSocket}`],
    ['listen 443 ssl;', `listen 127.0.0.1:${port} ssl;`],
    ['listen [::]:443 ssl;', ''],
  ];
  return changes.reduce((text, [from, to]) => {
    assert.match(text, from);
    return text.replace(from, to);
  }, shipped);
}

writeFileSync(join(folder, 'nginx.conf'), settings());
const server: ChildProcess = spawn(nginx.path('usr/sbin/nginx'), ['-c', join(folder, 'nginx.conf'), '-p', folder], {
  env: { ...process.env, ...nginx.env },
  stdio: ['ignore', 'inherit', 'inherit'],
});

/** One question on a connection of its own, from another address than those who besiege. */
function ask(path: string, headers: Record<string, string> = {}): Promise<number> {
  const to = { host: '127.0.0.1', servername: 'localhost', ca: authority.pem, localAddress: '127.0.0.9' };
  return new Promise((resolve, reject) => {
    const asked = request({ ...to, port, path, headers, agent: false, timeout: 20_000 }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    asked.on('timeout', () => asked.destroy(new Error('no answer within 20 s')));
    asked.on('error', reject);
    asked.end();
  });
}
const isHealthy = async (): Promise<void> => {
  assert.is(await ask('/health/testall'), 200);
  assert.is(await ask('/health/status/services', { authorization: `Bearer ${KEY}` }), 204);
};

/** @returns how many of these the other side has closed */
const closed = (sockets: readonly Socket[]): number =>
  sockets.filter((one) => one.destroyed || one.readableEnded).length;

function plainConnection(localAddress: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    socket.on('error', () => resolve(socket));
    socket.on('connect', () => resolve(socket.resume()));
  });
}

while (
  await ask('/health/testall').then(
    () => false,
    () => true,
  )
)
  await sleep(50);

test(`${IDLE} connections that say nothing: everybody else is answered`, async () => {
  const idle: Socket[] = [];
  try {
    while (idle.length < IDLE) {
      idle.push(...(await Promise.all(Array.from({ length: 250 }, () => plainConnection('127.0.0.2')))));
      if (idle.length % 2500 === 0) await isHealthy();
    }
    for (let round = 0; round < 20; round++) await isHealthy();
    // Whoever came first gave way.
    assert.ok(closed(idle) >= IDLE - 8192, String(closed(idle)));
  } finally {
    for (const socket of idle) socket.destroy();
  }
  await isHealthy();
});

test(`${SLOW} that send a request letter by letter are answered by a closed connection`, async () => {
  const slow: Socket[] = [];
  let isOver = false;
  try {
    for (let count = 0; count < SLOW; count += 25) {
      const batch = Array.from({ length: 25 }, (_, index) => {
        const localAddress = `127.0.0.${3 + ((count + index) % 4)}`;
        const socket = connectTls({
          socket: connect({ host: '127.0.0.1', port, localAddress }),
          ca: authority.pem,
          servername: 'localhost',
        });
        socket.on('error', () => undefined);
        socket.resume();
        return once(socket, 'secureConnect').then(() => slow.push(socket));
      });
      await Promise.all(batch);
    }
    const dripping = (async () => {
      for (const letter of 'GET /health/testall HTTP/1.1\r\nHost: localhost\r\nX-Slow: '.padEnd(1000, 'x')) {
        if (isOver) return;
        for (const socket of slow) if (!socket.destroyed) socket.write(letter);
        await sleep(200);
      }
    })();
    while (closed(slow) < SLOW) {
      await isHealthy();
      await sleep(500);
    }
    isOver = true;
    await dripping;
  } finally {
    isOver = true;
    for (const socket of slow) socket.destroy();
  }
});

test('a header of a megabyte is refused, and costs nobody else anything', async () => {
  for (let round = 0; round < 20; round++) {
    const status = await ask('/health/testall', { 'x-large': 'x'.repeat(2 ** 20) }).catch(({ code }) => code);
    // It may hang up while the rest is still on its way.
    assert.ok([400, 431, 'ECONNRESET', 'EPIPE'].includes(status), String(status));
  }
  await isHealthy();
});

test('the worker took a bounded share of memory', async () => {
  const workers = readFileSync(`/proc/${server.pid}/task/${server.pid}/children`, 'utf8').trim().split(' ');
  for (const pid of workers) {
    const kib = Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    process.stdout.write(`nginx worker: ${Math.round(kib / 1024)} MiB at most\n`);
    assert.ok(kib < 128 * 1024, `${kib} KiB`);
  }
});

test.after(async () => {
  server.kill('SIGTERM');
  if (server.exitCode === null && server.signalCode === null) await once(server, 'close');
  await agent.close();
});

test.run();
