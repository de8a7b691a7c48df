import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect, type Server } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { askInternet } from '../../../../src/firmware/agent/outside/ask-internet.ts';
import { isException } from '../../../../src/firmware/platform/proxy-exception.ts';
import { testAuthority } from './test-authority.ts';

const authority = testAuthority();
const signal = new AbortController().signal;
const servers: Server[] = [];
const seen: string[] = [];

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const web = await listen(
  createServer(({ url }, response) => response.writeHead(Number(url?.slice(1)) || 200, { location: '/' }).end('x')),
);
const secure = await listen(
  createTlsServer(authority.issue('DNS:localhost,IP:127.0.0.1'), (_request, response) => response.end('x')),
);
/** Forwards, by either way, or answers as its status says. */
const status = { now: 200 };
const forward = createServer((request, response) => {
  seen.push(`${request.method} ${request.url}`);
  response.writeHead(status.now).end();
});
forward.on('connect', (request, socket) => {
  seen.push(`CONNECT ${request.url}`);
  if (status.now !== 200) return void socket.end(`HTTP/1.1 ${status.now} No\r\n\r\n`);
  const target = connect(secure, '127.0.0.1', () => {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    target.pipe(socket).pipe(target);
  });
  for (const one of [target, socket]) one.on('error', () => undefined);
});
const forwardPort = await listen(forward);
const proxy = { url: `http://127.0.0.1:${forwardPort}`, username: null, password: null, exceptions: [] as string[] };

const ask = (url: string, by: typeof proxy | (Omit<typeof proxy, 'username'> & { username: string }) | null = null) =>
  askInternet(new URL(url), by, authority.pem, signal).catch((error: Error) => `failed: ${error.message}`);

test('without a proxy: any answer below 400 will do, and certificates are looked at', async () => {
  assert.is(await ask(`http://127.0.0.1:${web}/`), `http://127.0.0.1:${web}/ answered 200`);
  assert.is(await ask(`http://127.0.0.1:${web}/302`), `http://127.0.0.1:${web}/302 answered 302`);
  assert.is(await ask(`http://127.0.0.1:${web}/503`), `failed: http://127.0.0.1:${web}/503 answered 503`);
  assert.is(await ask(`https://localhost:${secure}/`), `https://localhost:${secure}/ answered 200`);
  const stranger = testAuthority();
  const refused = await askInternet(new URL(`https://localhost:${secure}/`), null, stranger.pem, signal).catch(
    (error: Error) => error.message,
  );
  assert.match(refused, /unable to verify|self-signed|unable to get/);
});

test('through a proxy: plain requests whole, TLS by CONNECT and end to end', async () => {
  seen.length = 0;
  assert.match(await ask('http://example.invalid/x', proxy), `answered 200 through 127.0.0.1:${forwardPort}`);
  assert.match(await ask('https://localhost/', proxy), 'https://localhost/ answered 200 through');
  assert.equal(seen, ['GET http://example.invalid/x', 'CONNECT localhost:443']);
  assert.match(await ask('https://example.invalid/', proxy), /does not match/);
});

test('a proxy that says no, and one whose password is not for checks', async () => {
  status.now = 502;
  assert.is(await ask('https://localhost/', proxy), `failed: the proxy 127.0.0.1:${forwardPort} answered 502`);
  assert.match(await ask('http://example.invalid/', proxy), 'failed: http://example.invalid/ answered 502 through');
  status.now = 407;
  for (const url of ['https://localhost/', 'http://example.invalid/']) {
    assert.match(await ask(url, { ...proxy, username: 'kiln' }), 'what is behind it is not known');
    assert.match(await ask(url, proxy), /^failed: .* answered 407/);
  }
  status.now = 200;
});

test('exceptions are hosts and the domains they are in', () => {
  const exceptions = ['example.com', '10.0.0.1', '[::1]'];
  for (const host of ['example.com', 'a.EXAMPLE.com', '10.0.0.1', '[::1]'])
    assert.ok(isException(host, exceptions), host);
  for (const host of ['badexample.com', 'example.org', '110.0.0.1', '10.0.0.12'])
    assert.not.ok(isException(host, exceptions), host);
});

test('an exception goes past the proxy', async () => {
  seen.length = 0;
  assert.match(await ask(`http://127.0.0.1:${web}/`, { ...proxy, exceptions: ['127.0.0.1'] }), /answered 200$/);
  assert.equal(seen, []);
});

test.after(() => {
  for (const server of servers) server.close();
});

test.run();
