import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { render } from '../../../src/firmware/menu/render.ts';
import { assertGolden } from '../../support/golden.ts';
import { NOW, Sample, VT } from './sample.ts';

const WIDE = { columns: 132, rows: 50 };
const TINY = { columns: 40, rows: 10 };

/** The screen with its edges, so that a blank too many is seen. */
function framed(title: string, sample: Sample): string {
  const { rows, cursor } = render(sample.state);
  const { columns } = sample.state.size;
  const edge = `+${'-'.repeat(columns)}+`;
  const at = cursor === null ? 'no cursor' : `cursor in row ${cursor.row}, column ${cursor.column}`;
  const lines = rows.map(({ text, reversed }) => `|${text.padEnd(columns)}|${reversed?.join('-') ?? ''}`);
  return [`${title}, ${columns}x${rows.length}, ${at}`, edge, ...lines, edge, ''].join('\n');
}

const wrongAddress = ['enter', 'right', 'right', 'down', "'192.0.2.300/24'", 'down', 'down', 'down', "'nine'"];

test('every kind of screen is as it was meant', async () => {
  const screens: string[] = [];
  for (const size of [VT, WIDE, TINY]) {
    const show = (title: string, sample: Sample): number => screens.push(framed(title, sample));
    show('menu', new Sample({}, size));
    show('network', await new Sample({}, size).press('enter', 'right', 'right', 'down', "'192.0.2.10/24'"));
    show('mistakes', await new Sample({}, size).press(...wrongAddress, 'down', 'down', 'enter'));
    if (size === WIDE) continue;
    show('health', await new Sample({}, size).press("'4'", 'enter'));
    const waiting = new Sample({}, size);
    waiting.confirmSeconds = 120;
    await waiting.press('enter', 'right', ...Array<string>(4).fill('down'), 'enter');
    show('decision', waiting);
  }
  assertNotWider(screens);
  assertGolden(screens.join('\n'), new URL('golden/screens.txt', import.meta.url));
});

function assertNotWider(screens: string[]): void {
  // Nothing is wider than the terminal, or it would spill into the next line.
  for (const screen of screens) {
    const [, edge = '', ...rows] = screen.trimEnd().split('\n');
    for (const row of rows) assert.ok(row.lastIndexOf('|') < edge.length, row);
  }
}

test('any size of terminal gets a screen of that size, plain ASCII', async () => {
  for (let columns = 1; columns <= 140; columns += 9) {
    for (let rows = 1; rows <= 50; rows += 7) {
      const sample = new Sample({ hostname: 'näme\x1b[31m', title: 'T'.repeat(100) }, { columns, rows });
      for (const key of ['enter', 'right', 'right', 'down', "'2001:db8::10'", 'escape', "'4'", 'enter', 'down']) {
        await sample.press(key);
        const view = render(sample.state);
        assert.is(view.rows.length, Math.max(5, rows));
        for (const { text } of view.rows) {
          assert.ok(text.length <= Math.max(20, columns), `${text.length} in ${columns} columns`);
          assert.match(text, /^[ -~]*$/);
        }
        if (view.cursor !== null) assert.ok(view.cursor.row < view.rows.length && view.cursor.column < 140);
      }
    }
  }
});

test('what has the keys is always seen on a small terminal', async () => {
  const sample = await new Sample({}, TINY).press('enter', 'right', 'right');
  for (let step = 0; step < 9; step += 1) {
    await sample.press('down');
    assert.match(sample.screen, /^ *>| >\[/m, sample.screen);
  }
});

test('a long text scrolls to its end and no further', async () => {
  const sample = await new Sample({}, { columns: 40, rows: 8 }).press(
    "'4'",
    'enter',
    ...Array<string>(30).fill('down'),
  );
  assert.match(sample.screen, 'be reached.');
  assert.match(sample.screen, '(more above)');
  await sample.press('up');
  assert.match(sample.screen, '(more below)');
});

test('a question tells what is left, and answers itself at the end', async () => {
  const sample = new Sample();
  sample.confirmSeconds = 120;
  await sample.press('enter', 'right', ...Array<string>(4).fill('down'), 'enter');
  sample.clock(NOW + 70_000);
  assert.match(sample.screen, 'Undone in 50 s.');
  sample.clock(NOW + 120_000);
  assert.match(sample.screen, 'Nobody kept the change');
});

test.run();
