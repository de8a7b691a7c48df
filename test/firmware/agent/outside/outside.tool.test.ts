// The program behind kiln-outside.service, with a real mail server and a real proxy, and what the agent makes of it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bundleProgram } from '../../../../src/builder/steps/firmware.ts';
import type { Configuration } from '../../../../src/contract/configuration/configuration.ts';
import { debianPrograms } from '../../../support/debian-programs.ts';
import { freePort } from '../../../support/free-port.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { KEY, runAgent } from '../running-agent.ts';
import { testAuthority } from './test-authority.ts';

const programs = await debianPrograms('tinyproxy-bin', 'python3-aiosmtpd', 'python3-attr', 'python3-public');
const folder = tempFolder();
const outside = await bundleProgram('src/firmware/agent/outside/main.ts', join(folder, 'outside.mjs'));
const authority = testAuthority();
const children = new Set<ChildProcess>();
const { agent, places, store } = await runAgent(1);
for (const path of [places.trustedAuthorities, places.outsideResults]) mkdirSync(dirname(path), { recursive: true });
copyFileSync(authority.file, places.trustedAuthorities);

/** Starts a server and waits until it listens; a test that waits in vain is ended by the runner. */
async function serve(program: string, args: readonly string[], port: number): Promise<() => Promise<void>> {
  const env = { ...process.env, ...programs.env, PYTHONPATH: programs.path('usr/lib/python3/dist-packages') };
  const child = spawn(program, args, { env, stdio: ['ignore', 'ignore', 'inherit'] });
  children.add(child);
  const listens = (): Promise<boolean> =>
    new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true));
      socket.on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
  while (!(await listens())) await sleep(50);
  return async () => {
    children.delete(child);
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  };
}

async function configure(change: (before: Configuration) => Configuration): Promise<void> {
  const { configuration, newest } = await store.current(() => {});
  await store.add({ who: 'test', channel: 'test', configuration: change(configuration) }, newest, new Date(0));
}

/** Runs the program as its unit does, and lets the agent look. @returns what it said */
async function look(): Promise<string> {
  const child = spawn(process.execPath, [outside], {
    env: { KILN_ROOT: places.root },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk) => {
    said += chunk;
  });
  const [code] = await once(child, 'close');
  assert.is(code, 0, said);
  await agent.refresh();
  return said;
}

async function stateOf(check: string): Promise<{ status: number; detail: string }> {
  const headers = { authorization: `Bearer ${KEY}` };
  const response = await fetch(`http://127.0.0.1:${agent.port}/health/status/${check}`, { headers });
  const text = await response.text();
  return { status: response.status, detail: text === '' ? '' : JSON.parse(text).detail };
}

test('nothing is contacted, and there are no such checks, until the operator says so', async () => {
  assert.is(await look(), '');
  assert.equal(JSON.parse(readFileSync(places.outsideResults, 'utf8')), { schemaVersion: 1, results: [] });
  for (const check of ['email', 'internet', 'updates', 'db']) assert.is((await stateOf(check)).status, 404, check);
});

test('a real mail server, and the same one gone', async () => {
  const port = await freePort();
  const { certFile, keyFile } = authority.issue('DNS:localhost,IP:127.0.0.1');
  const args = ['-m', 'aiosmtpd', '-n', '-l', `127.0.0.1:${port}`, '--tlscert', certFile, '--tlskey', keyFile];
  const stop = await serve('python3', args, port);
  const smtp: Configuration['smtp'] = {
    server: '127.0.0.1',
    port,
    security: 'starttls',
    username: 'kiln',
    password: 'secret',
    sender: 'kiln@example.com',
    recipients: ['ops@example.com'],
  };
  await configure((before) => ({ ...before, smtp }));
  assert.is(await look(), '');
  assert.equal(await stateOf('email'), { status: 204, detail: '' });
  await stop();
  assert.match(await look(), /^email: 127.0.0.1:\d+, starttls: connect ECONNREFUSED/);
  const { status, detail } = await stateOf('email');
  assert.is(status, 520);
  assert.match(detail, 'ECONNREFUSED');
  assert.not.match(JSON.stringify(readFileSync(places.outsideResults, 'utf8')), 'secret');
});

test('a real proxy on the way to the internet', async () => {
  const web = createServer((_request, response) => response.end('x'));
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(web.address() as AddressInfo).port}/`;
  const port = await freePort();
  const settings = join(folder, 'tinyproxy.conf');
  writeFileSync(settings, `Port ${port}\nListen 127.0.0.1\nAllow 127.0.0.1\nTimeout 10\n`);
  const stop = await serve(programs.path('usr/bin/tinyproxy'), ['-d', '-c', settings], port);
  const proxy = { url: `http://127.0.0.1:${port}`, username: null, password: null, exceptions: [] };
  await configure((before) => ({
    ...before,
    smtp: null,
    proxy,
    monitoring: { ...before.monitoring, internetCheck: { url } },
  }));
  assert.is(await look(), '');
  assert.equal(await stateOf('internet'), { status: 204, detail: '' });
  assert.is((await stateOf('email')).status, 404, 'mail is not set up any more');
  web.closeAllConnections();
  await new Promise((resolve) => web.close(resolve));
  assert.match(await look(), /answered 50\d through 127\.0\.0\.1/);
  assert.is((await stateOf('internet')).status, 520);
  await stop();
  assert.match(await look(), 'ECONNREFUSED');
});

test.after(async () => {
  for (const child of children) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
  await agent.close();
});

test.run();
