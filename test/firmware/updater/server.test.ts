import { once } from 'node:events';
import { statSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseAnswer } from '../../../src/contract/updates/parse-protocol.ts';
import { REQUEST_MAX_BYTES, type UpdateAnswer, type UpdateRequest } from '../../../src/contract/updates/protocol.ts';
import { refusal } from '../../../src/contract/updates/refusal.ts';
import { type Served, serveUpdates, type UpdateHandler } from '../../../src/firmware/updater/server.ts';
import { damaged, seededRandom } from '../../support/seeded-random.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { NOW, stateIn } from './sample.ts';

const body = { state: stateIn('announced'), next: 'waits for an approval', until: NOW.toISOString() };
const asked: UpdateRequest[] = [];
const held: (() => void)[] = [];

/** Answers as the updater would; `install` waits until the test lets it go on. */
const handler: UpdateHandler = {
  async handle(request, progress, gone) {
    asked.push(request);
    if (request.command === 'check') {
      for (const percent of [0, 33.4, 100]) progress('asking\nthe channel', percent);
    }
    if (request.command === 'install') {
      await new Promise<void>((resolve) => {
        held.push(resolve);
        gone.addEventListener('abort', () => resolve());
      });
    }
    if (request.command === 'import') for (let at = 0; at < 20_000; at++) progress('x'.repeat(900), at % 100);
    if (request.command === 'rollback')
      return { type: 'refused', refusals: [refusal('no-way-back', 'slot B is empty')] };
    if (request.command === 'cancel') throw new Error('the disk\nis full');
    return { type: 'done', body };
  },
};

async function serving(idleMs = 30_000, connections = 32): Promise<{ path: string; server: Served }> {
  const path = join(tempFolder(), 'updater.sock');
  // What a process that has ended left.
  writeFileSync(path, '');
  return { path, server: await serveUpdates(path, handler, { connections, idleMs }) };
}

/** Writes, and reads answers until so many last ones are there or the connection ends. */
async function ask(path: string, text: string | Buffer, lasts = 1): Promise<UpdateAnswer[]> {
  const socket = connect(path);
  socket.on('error', () => undefined);
  socket.write(text);
  const answers = await answersOf(socket, lasts);
  socket.destroy();
  return answers;
}

async function answersOf(socket: Socket, lasts: number): Promise<UpdateAnswer[]> {
  const answers: UpdateAnswer[] = [];
  let rest = '';
  for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    answers.push(...lines.map(parseAnswer));
    if (answers.filter(({ type }) => type !== 'progress').length >= lasts) break;
  }
  return answers;
}

const status = '{"command":"status"}\n';
const install = '{"command":"install","who":"ann","version":"1.1.0"}\n';

test('root alone may open it', async () => {
  const { path, server } = await serving();
  assert.is(statSync(path).mode & 0o777, 0o600);
  await server.close();
});

test('a request is answered, with progress before it, a refusal and a failure each in its own way', async () => {
  const { path, server } = await serving();
  const check = await ask(path, '{"command":"check","who":"ann"}\n');
  assert.equal(check, [
    ...[0, 33, 100].map((percent) => ({ type: 'progress' as const, step: 'asking the channel', percent })),
    { type: 'done', body },
  ]);
  const [refused] = await ask(path, '{"command":"rollback","who":"ann"}\n');
  assert.ok(refused?.type === 'refused' && refused.refusals[0]?.rule === 'no-way-back');
  const stderr = process.stderr.write;
  process.stderr.write = () => true;
  const [failed] = await ask(path, '{"command":"cancel","who":"ann","version":"1.1.0"}\n');
  process.stderr.write = stderr;
  assert.ok(failed?.type === 'error' && failed.message === 'the disk is full');
  await server.close();
});

test('requests of one connection are taken one after the other, also byte by byte and after a mistake', async () => {
  const { path, server } = await serving();
  const many = await ask(path, `${status}nonsense\n${status}`, 3);
  assert.equal(
    many.map(({ type }) => type),
    ['done', 'error', 'done'],
  );
  const socket = connect(path);
  socket.setNoDelay(true);
  for (const byte of status) socket.write(byte);
  assert.equal(
    (await answersOf(socket, 1)).map(({ type }) => type),
    ['done'],
  );
  socket.end();
  await once(socket, 'close');
  await server.close();
});

test('while one waits for long work, others are answered; who goes away is known to be gone', async () => {
  const { path, server } = await serving();
  const waiting = ask(path, install);
  const leaving = connect(path);
  leaving.write(install);
  while (held.length < 2) await ask(path, status);
  assert.equal(
    (await ask(path, status)).map(({ type }) => type),
    ['done'],
  );
  leaving.destroy();
  held[0]?.();
  assert.equal(
    (await waiting).map(({ type }) => type),
    ['done'],
  );
  held[1]?.();
  await server.close();
});

test('the next request of a connection waits for the answer to the one before', async () => {
  const { path, server } = await serving();
  const before = held.length;
  const socket = connect(path);
  socket.write(`${install}${status}`);
  while (held.length === before) await ask(path, status);
  for (let count = 0; count < 5; count++) await ask(path, status);
  assert.is(socket.bytesRead, 0);
  held[before]?.();
  assert.is((await answersOf(socket, 2)).length, 2);
  socket.destroy();
  await server.close();
});

test('slow, silent, endless and unread clients hold up nobody', async () => {
  const { path, server } = await serving(200);
  const silent = Array.from({ length: 10 }, () => connect(path));
  const slow = connect(path);
  slow.write('{"command":');
  const endless = connect(path);
  endless.on('error', () => undefined);
  endless.write(Buffer.alloc(REQUEST_MAX_BYTES + 1, 0x20));
  const unread = connect(path);
  unread.pause();
  unread.write('{"command":"import","who":"ann","path":"/x"}\n');
  for (let count = 0; count < 50; count++) assert.is((await ask(path, status))[0]?.type, 'done');
  const [tooLong] = await answersOf(endless, 1);
  assert.ok(tooLong?.type === 'error' && /65536 bytes/.test(tooLong.message));
  // All of them are let go; none is read any more, so only their end is waited for.
  await Promise.all([...silent, slow].map((socket) => (socket.closed ? undefined : once(socket.resume(), 'close'))));
  unread.resume();
  const progress = await answersOf(unread, 1);
  assert.ok(progress.length < 1000, `${progress.length} of 20000 lines were kept for somebody who does not read`);
  for (const socket of [endless, unread]) socket.destroy();
  await server.close();
});

test('more connections than there may be are let go, and the others stay', async () => {
  const { path, server } = await serving(30_000, 4);
  const kept = Array.from({ length: 4 }, () => connect(path));
  await Promise.all(kept.map((socket) => once(socket, 'connect')));
  const refused = connect(path);
  refused.on('error', () => undefined);
  await once(refused, 'close');
  assert.is(refused.bytesRead, 0);
  const [first] = kept as [Socket];
  first.write(status);
  assert.equal(
    (await answersOf(first, 1)).map(({ type }) => type),
    ['done'],
  );
  for (const socket of kept) socket.destroy();
  await server.close();
});

test('20,000 damaged lines: each is answered, and what reaches the handler is a request', async () => {
  const { path, server } = await serving();
  const random = seededRandom(17);
  const good = [status, install.replace('install', 'approve').replace('}', ',"window":null}')];
  let [sent, answered] = [0, 0];
  const before = asked.length;
  for (let connection = 0; connection < 20; connection++) {
    const lines = Array.from({ length: 1000 }, () =>
      damaged((good[random(2)] as string).trimEnd(), random).replaceAll('\n', ' '),
    );
    sent += lines.length;
    answered += (await ask(path, `${lines.join('\n')}\n`, lines.length)).filter(
      ({ type }) => type !== 'progress',
    ).length;
  }
  assert.is(answered, sent);
  const reached = asked.slice(before);
  assert.ok(reached.length > 0 && reached.every(({ command }) => ['status', 'approve'].includes(command)));
  await server.close();
});

test.run();
