import { linkSync, renameSync, rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ANSWER_MAX_BYTES, type AnswerBody, type UpdateRequest } from '../../../../src/contract/updates/protocol.ts';
import type { LastAnswer, UpdateHandler } from '../../../../src/firmware/updater/server.ts';
import { damaged, seededRandom } from '../../../support/seeded-random.ts';
import { offer, stateIn } from '../../updater/sample.ts';
import { Program } from './program.ts';

const program = await Program.made();
const body: AnswerBody = { state: stateIn('announced'), next: 'waits', until: null };
const install = ['install', '1.1.0'];
const { bytes: _, ...channelOffer } = offer;

test('nobody at the socket: it says so, and where to look', async () => {
  const nobody = 'error: the update client does not run\nhint: See why: systemctl status kiln-updater.socket\n';
  rmSync(program.socket, { force: true });
  assert.equal(await program.run(['status']), { code: 1, stdout: '', stderr: nobody });
  // What a process that was killed leaves.
  await program.servedBy(
    () => undefined,
    async () => {
      linkSync(program.socket, `${program.socket}.left`);
    },
  );
  renameSync(`${program.socket}.left`, program.socket);
  assert.equal(await program.run(install), { code: 1, stdout: '', stderr: nobody });
});

test('an update client that breaks off: what was begun goes on', async () => {
  const answers = ['', '{"type":"progress","step":"writing","percent":12}\n', '{"type":"done","bo'];
  for (const answer of answers) {
    const talk = (socket: Socket): void => void socket.once('data', () => socket.end(answer));
    const { code, stderr, stdout } = await program.servedBy(talk, () => program.run(install));
    assert.equal([code, stdout], [1, ''], answer);
    assert.match(stderr, 'error: the update client broke off before it answered\nhint: What was begun goes on');
    assert.match(stderr, 'appliancectl update status');
    const reading = await program.servedBy(talk, () => program.run(['status']));
    assert.equal([reading.code, reading.stderr.includes('hint: Try again.')], [1, true]);
  }
});

test('what is no answer is not taken for one, however long it is', async () => {
  const good = `${JSON.stringify({ type: 'done', body })}`;
  const bad = [
    ...['\n', 'hello\n', 'null\n', '{"type":"done"}\n', `${good.replace('"schemaVersion":1', '"schemaVersion":2')}\n`],
    `\u001b]0;owned\u0007\n`,
    'x'.repeat(ANSWER_MAX_BYTES + 1),
    `${' '.repeat(ANSWER_MAX_BYTES)}${good}\n`,
  ];
  for (const answer of bad) {
    const { code, stderr, stdout } = await program.servedBy(
      (socket) => void socket.write(answer),
      () => program.run(['status']),
    );
    assert.equal([code, stdout], [1, ''], answer.slice(0, 40));
    assert.match(stderr, 'error: the update client said something that is no answer: ', answer.slice(0, 40));
    assert.ok(stderr.length < 600 && !/[^\P{Cc}\n]/u.test(stderr), stderr);
  }
});

test('a damaged answer ends in an answer or a message, and never in a stack', async () => {
  const random = seededRandom(7);
  const good = JSON.stringify({ type: 'done', body: { ...body, offer: channelOffer } });
  for (let round = 0; round < 25; round++) {
    const answer = damaged(good, random);
    const talk = (socket: Socket): void => void socket.end(`${answer}\n`);
    const { code, stderr } = await program.servedBy(talk, () => program.run(['show', '1.1.0']));
    assert.ok(
      code === 0 ? stderr === '' : code === 1 && /^error: .+\nhint: .+\n$/.test(stderr),
      `${answer}: ${stderr}`,
    );
  }
});

test('words from outside do not reach the terminal as commands', async () => {
  const hostile = { ...channelOffer, notes: 'Nice.\u001b[2J\u001b]0;owned\u0007' };
  const answering =
    (answer: AnswerBody): UpdateHandler['handle'] =>
    async () => ({ type: 'done', body: answer });
  const show = await program.served(answering({ ...body, offer: hostile }), () => program.run(['show', '1.1.0']));
  assert.equal([show.code, show.stdout], [1, '']);
  assert.match(show.stderr, 'answer.body.offer.notes');
  // Turns the direction of writing: the form of a sentence lets it through.
  const state = stateIn('failed', { reason: 'all \u202ewell\u2066' });
  const status = await program.served(answering({ ...body, state }), () => program.run(['status']));
  assert.match(status.stdout, 'Why:        all  well\n');
});

test('progress goes to standard error, a line for each step and each 10 %, and scripts have none', async () => {
  const handle: UpdateHandler['handle'] = async (_request, progress) => {
    progress('asking', null);
    for (let percent = 0; percent <= 25; percent++) progress('downloading', percent);
    progress('writing', 100);
    return { type: 'done', body };
  };
  const people = await program.served(handle, () => program.run(install));
  assert.is(people.code, 0);
  assert.equal(people.stderr.split('\n'), [
    ...['asking', 'downloading: 0 %', 'downloading: 10 %', 'downloading: 20 %', 'writing: 100 %', ''],
  ]);
  const scripts = await program.served(handle, () => program.run([...install, '--json']));
  assert.equal([scripts.stderr, JSON.parse(scripts.stdout)], ['', body]);
});

test('who leaves with Ctrl-C is told that the work goes on, and it does', async () => {
  const asked: UpdateRequest[] = [];
  let leave = (): void => undefined;
  let hasLeft = (): void => undefined;
  const left = new Promise<void>((resolve) => {
    hasLeft = resolve;
  });
  let isFinished = false;
  const finished: Promise<LastAnswer>[] = [];
  const handle: UpdateHandler['handle'] = (request) => {
    asked.push(request);
    leave();
    const work = left.then((): LastAnswer => {
      isFinished = true;
      return { type: 'done', body };
    });
    finished.push(work);
    return work;
  };
  await program.served(handle, async () => {
    const { code, stdout, stderr } = await program.run(install, (child) => {
      leave = () => void child.kill('SIGINT');
    });
    assert.equal([code, stdout, asked.length, isFinished], [130, '', 1, false]);
    assert.match(stderr, 'left before it was over: the update client goes on with it\nhint: See how far it is');
    hasLeft();
    await Promise.all(finished);
    assert.ok(isFinished);
  });
});

test.run();
