import { type AddressInfo, createServer, type Socket } from 'node:net';
import { createServer as createTlsServer, TLSSocket } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { askMailServer } from '../../../../src/firmware/agent/outside/ask-mail-server.ts';
import { type Issued, testAuthority } from './test-authority.ts';

const authority = testAuthority();
const good = authority.issue('IP:127.0.0.1,DNS:localhost');
const sockets = new Set<Socket>();

interface Behaviour {
  readonly greeting?: string;
  readonly offers?: string;
  /** What it says to STARTTLS, before TLS. */
  readonly start?: string;
  readonly identity?: Issued;
  readonly security?: 'starttls' | 'tls';
}

/** A mail server that does as it is told; what it heard is kept. */
async function ask(behaviour: Behaviour): Promise<{ outcome: string; heard: string[] }> {
  const { greeting = '220 mail ready', offers = 'STARTTLS', start = '220 go ahead', identity = good } = behaviour;
  const security = behaviour.security ?? 'starttls';
  const heard: string[] = [];
  const serve = (socket: Socket, greet: boolean): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    if (greet && greeting !== '') socket.write(`${greeting}\r\n`);
    let text = '';
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n')) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        heard.push(line);
        if (line.startsWith('EHLO')) socket.write(`250-mail\r\n250-SIZE 1000\r\n250 ${offers}\r\n`);
        else if (line === 'QUIT') socket.end('221 bye\r\n');
        else if (line === 'STARTTLS') {
          socket.removeAllListeners('data');
          socket.write(`${start}\r\n`);
          if (start.startsWith('220')) serve(new TLSSocket(socket, { isServer: true, ...identity }), false);
        } else socket.write('500 what?\r\n');
      }
    });
  };
  const server =
    security === 'tls'
      ? createTlsServer({ ...identity }, (socket) => serve(socket, true))
      : createServer((socket) => serve(socket, true));
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const limit = greeting === '' ? AbortSignal.timeout(300) : new AbortController().signal;
  const outcome = await askMailServer({ server: '127.0.0.1', port, security }, authority.pem, limit).catch(
    (error: Error) => error.message,
  );
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  server.close();
  return { outcome: outcome.replace(`:${port}`, ':PORT'), heard };
}

const fine = '127.0.0.1:PORT answers, with TLS and a valid certificate';

test('STARTTLS: greeting, EHLO, TLS, EHLO, and not a word of mail or log-in', async () => {
  const { outcome, heard } = await ask({});
  assert.is(outcome, fine);
  assert.equal(
    heard.map((line) => line.split(' ')[0]),
    ['EHLO', 'STARTTLS', 'EHLO', 'QUIT'],
  );
});

test('TLS from the start', async () => {
  const { outcome, heard } = await ask({ security: 'tls' });
  assert.is(outcome, fine);
  assert.equal(
    heard.map((line) => line.split(' ')[0]),
    ['EHLO', 'QUIT'],
  );
});

test('a certificate that nobody trusted signed, that is of another name or ended, is none', async () => {
  for (const security of ['starttls', 'tls'] as const) {
    const untrusted = testAuthority().issue('IP:127.0.0.1');
    assert.match((await ask({ security, identity: untrusted })).outcome, /unable to verify|self-signed|unable to get/);
    const other = authority.issue('DNS:mail.example.com,IP:192.0.2.1');
    assert.match((await ask({ security, identity: other })).outcome, /does not match/);
    const ended = authority.issue('IP:127.0.0.1', -1);
    assert.match((await ask({ security, identity: ended })).outcome, /expired/);
  }
});

test('a server without TLS, one that refuses, and what is none', async () => {
  assert.is((await ask({ offers: 'HELP' })).outcome, 'it offers no STARTTLS');
  assert.is((await ask({ start: '454 not now' })).outcome, 'STARTTLS: 454 not now');
  assert.is((await ask({ greeting: '554 go \u0007away' })).outcome, 'greeting: 554 go ?away');
  assert.is((await ask({ greeting: 'HTTP/1.1 400 Bad Request' })).outcome, 'this is no mail server');
  assert.match((await ask({ greeting: '220-x'.padEnd(70_000, 'x') })).outcome, 'a reply without an end');
  assert.match((await ask({ greeting: '' })).outcome, /aborted/);
});

test('words put in before TLS began are not taken for those after it', async () => {
  assert.is((await ask({ start: '220 go ahead\r\n250 trust me' })).outcome, 'the server spoke on before TLS began');
});

test('nobody there', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const signal = new AbortController().signal;
  try {
    await askMailServer({ server: '127.0.0.1', port, security: 'tls' }, authority.pem, signal);
    assert.unreachable();
  } catch (error) {
    assert.match((error as Error).message, 'ECONNREFUSED');
  }
});

test.run();
