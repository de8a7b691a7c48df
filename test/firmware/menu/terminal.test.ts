import type { EventEmitter } from 'node:events';
import { emitKeypressEvents } from 'node:readline';
import { PassThrough } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { editText, type Line } from '../../../src/firmware/menu/edit-text.ts';
import { type Key, type Keypress, keyOf } from '../../../src/firmware/menu/key.ts';
import { Painter } from '../../../src/firmware/menu/paint.ts';
import { keys } from './sample.ts';

/** What readline makes of the bytes of a keyboard. */
async function typed(bytes: string): Promise<(Key | undefined)[]> {
  const input = new PassThrough();
  emitKeypressEvents(input);
  const found: (Key | undefined)[] = [];
  (input as EventEmitter).on('keypress', (_text: string | undefined, press: Keypress) => found.push(keyOf(press)));
  input.write(bytes);
  await new Promise((resolve) => setTimeout(resolve, 20));
  return found;
}

test('keys of a Linux console and of xterm are known by name', async () => {
  const names = async (bytes: string): Promise<string> => (await typed(bytes)).map((key) => key?.name ?? '-').join(' ');
  assert.is(await names('\x1b[A\x1b[B\x1b[C\x1b[D'), 'up down right left');
  assert.is(await names('\x1bOA\x1bOB'), 'up down');
  assert.is(await names('\x1b[1~\x1b[4~\x1b[5~\x1b[6~\x1b[3~\x1b[H\x1b[F'), 'home end pageup pagedown delete home end');
  assert.is(await names('\r\n\t\x1b[Z\x7f\b'), 'enter enter next previous backspace backspace');
  assert.is(await names('\x0c\x15\x03'), 'repaint clear escape');
  // Function keys of a Linux console, letters with Alt, and what is no ASCII, do nothing.
  assert.is(await names('\x1b[[A\x1b[[B\x1bqö\x1c'), '- - - - -');
  assert.equal(await typed('a /:~'), keys("'a /:~'"));
});

test('a line of text is edited as people are used to', () => {
  const edit = (start: Line, ...names: string[]): Line =>
    keys(...names).reduce((line, key) => editText(line, key) ?? line, start);
  const empty = { text: '', cursor: 0 };
  assert.equal(edit(empty, "'abc'", 'left', 'left', "'X'"), { text: 'aXbc', cursor: 2 });
  assert.equal(edit({ text: 'abc', cursor: 3 }, 'backspace', 'home', 'delete', 'backspace'), { text: 'b', cursor: 0 });
  assert.equal(edit({ text: 'abc', cursor: 1 }, 'end', 'right', "'d'"), { text: 'abcd', cursor: 4 });
  assert.equal(edit({ text: 'abc', cursor: 1 }, 'clear', 'left', 'delete'), empty);
  const long = edit({ text: 'x'.repeat(1020), cursor: 1020 }, "'yyyyyyyyyy'");
  assert.is(long.text.length, 1024);
});

test('only rows that changed are painted, and all after somebody else wrote', () => {
  const painter = new Painter();
  const view = { rows: [{ text: 'one' }, { text: 'two', reversed: [1, 2] as const }], cursor: { row: 1, column: 2 } };
  const first = painter.paint(view);
  assert.match(first, '\x1b[1;1Hone\x1b[K');
  assert.match(first, '\x1b[2;1Ht\x1b[7mw\x1b[0mo\x1b[K');
  assert.ok(first.endsWith('\x1b[2;3H\x1b[?25h'));
  assert.is(painter.paint({ ...view, cursor: null }), '\x1b[?25l');
  const second = painter.paint({ rows: [{ text: 'one' }, { text: 'TWO' }], cursor: null });
  assert.not.match(second, 'one');
  assert.match(second, 'TWO');
  painter.forget();
  assert.is(painter.paint(view), first);
});

test.run();
