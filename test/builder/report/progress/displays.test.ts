import { stripVTControlCharacters } from 'node:util';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseDisplay } from '../../../../src/builder/report/progress/choose.ts';
import { type Display, formatSeconds } from '../../../../src/builder/report/progress/display.ts';
import { captureStreams } from '../../../support/capture-streams.ts';

/** Two steps at once inside one, the second from the cache, the third failing; then a note, a result and a failure. */
async function play(display: Display): Promise<void> {
  await display.step('bake', 'Bake', async (step) => {
    step.detail('very long detail '.repeat(20));
    await Promise.all([
      display.step('wrap/kvm', 'Wrap qcow2', async () => {}),
      display.step('wrap/aws', 'Wrap raw', async (inner) => inner.cached('same disk')),
    ]);
  });
  const failing = display.step('smoke', 'Boot', () => Promise.reject(new Error('no console')));
  await failing.then(assert.unreachable, (error: Error) => assert.is(error.message, 'no console'));
  display.note('a note');
  display.result({ answer: 42 }, 'the answer is 42');
  display.failure({ code: 'locked', message: 'taken', hint: 'Wait.' });
  display.close();
}

/** Elapsed times differ from run to run. */
const timeless = (text: string): string => text.replace(/\d+\.\d s/g, '0.0 s');

test('plain lines: steps and notes on standard error, the result alone on standard output', async () => {
  const { streams, out, err } = captureStreams();
  await play(chooseDisplay(false, streams, {}));
  assert.is(out(), 'the answer is 42\n');
  assert.equal(timeless(err()).split('\n'), [
    '> Bake',
    '> Wrap qcow2',
    '> Wrap raw',
    'done: Wrap qcow2 (0.0 s)',
    'done: Wrap raw (0.0 s, cached: same disk)',
    'done: Bake (0.0 s)',
    '> Boot',
    'FAILED: Boot (0.0 s)',
    'a note',
    'error[locked]: taken',
    'hint: Wait.',
    '',
  ]);
});

test('JSON: one object a line, all on standard output', async () => {
  const { streams, out, err } = captureStreams({ columns: 80 });
  await play(chooseDisplay(true, streams, {}));
  assert.is(err(), '');
  const events = out()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.equal(
    events.map(({ event, name }) => [event, name].filter(Boolean).join(' ')),
    [
      'step-start bake',
      'step-start wrap/kvm',
      'step-start wrap/aws',
      'step-end wrap/kvm',
      'step-end wrap/aws',
      'step-end bake',
      'step-start smoke',
      'step-end smoke',
      'note',
      'result',
      'error',
    ],
  );
  for (const { time } of events) assert.ok(!Number.isNaN(Date.parse(time)));
  assert.equal([events[4].outcome, events[4].cached, events[7].outcome], ['done', 'same disk', 'failed']);
  assert.is(events[9].answer, 42);
  assert.equal([events[10].code, events[10].message, events[10].hint], ['locked', 'taken', 'Wait.']);
});

test('terminal: no line wraps, the cursor comes back, finished steps stay', async () => {
  const { streams, out, err } = captureStreams({ columns: 40 });
  await play(chooseDisplay(false, streams, { TERM: 'xterm' }));
  assert.is(out(), 'the answer is 42\n');
  const lines = stripVTControlCharacters(err()).split('\n');
  for (const line of lines) assert.ok(line.replace('\r', '').length < 40, line);
  for (const stays of ['✔ Wrap qcow2 0.0 s', '✔ Bake 0.0 s', '✖ Boot 0.0 s', 'ℹ a note']) {
    assert.ok(timeless(lines.join('\n')).includes(stays), stays);
  }
  assert.ok(err().lastIndexOf('\u001b[?25h') > err().lastIndexOf('\u001b[?25l'));
  // Every upward move is as high as the block that was drawn before it.
  assert.equal(
    err()
      .split('\u001b[')
      .flatMap((part) => /^(\d+)A/.exec(part)?.[1] ?? [])
      .map(Number),
    [1, 2, 3, 2, 1, 1],
  );
});

test('control characters in a detail do not reach the terminal', async () => {
  const { streams, err } = captureStreams({ columns: 80 });
  const display = chooseDisplay(false, streams, {});
  await display.step('a', 'A', async (step) => {
    step.detail('x\u001b[2J\u001b]0;title\u0007y\nz\r');
    display.note('draw');
  });
  display.close();
  assert.not.ok(err().includes('\u001b[2J'));
  assert.not.ok(err().includes('\u0007'));
});

test('plain lines in CI, in a pipe, on a dumb terminal and with NO_COLOR', async () => {
  for (const [tty, env] of [
    [false, {}],
    [true, { CI: '1' }],
    [true, { TERM: 'dumb' }],
    [true, { NO_COLOR: '1' }],
  ] as const) {
    const { streams, err } = captureStreams(tty ? { columns: 80 } : undefined);
    const display = chooseDisplay(false, streams, env);
    await display.step('a', 'A', async () => {});
    display.close();
    assert.not.ok(err().includes('\u001b'), JSON.stringify(env));
  }
});

test('timings keep every step, in the order they ended', async () => {
  const { streams } = captureStreams();
  const display = chooseDisplay(false, streams, {});
  await play(display);
  assert.equal(
    display.timings.map(({ name, cached }) => [name, cached]),
    [
      ['wrap/kvm', false],
      ['wrap/aws', true],
      ['bake', false],
      ['smoke', false],
    ],
  );
});

test('a failure of ours brings its stack', () => {
  const { streams, err } = captureStreams();
  chooseDisplay(false, streams, {}).failure({
    code: 'bug',
    message: 'oh',
    hint: 'Report it.',
    stack: 'Error: oh\n    at x',
  });
  assert.is(err(), 'error[bug]: oh\nError: oh\n    at x\nhint: Report it.\n');
});

test('times are short to read', () => {
  assert.equal([0.04, 9.94, 9.96, 59.4, 59.6, 187, 3600].map(formatSeconds), [
    '0.0 s',
    '9.9 s',
    '10 s',
    '59 s',
    '1 min 00 s',
    '3 min 07 s',
    '60 min 00 s',
  ]);
});

test.run();
