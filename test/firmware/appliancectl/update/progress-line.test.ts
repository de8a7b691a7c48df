import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ProgressLine } from '../../../../src/firmware/appliancectl/update/progress-line.ts';

function written(isTTY: boolean, columns: number, work: (line: ProgressLine) => void): string {
  let text = '';
  work(
    new ProgressLine({
      isTTY,
      columns,
      write(more) {
        text += more;
      },
    }),
  );
  return text;
}

test('a terminal has one line, written anew only when it changes, and cleared at the end', () => {
  const text = written(true, 80, (line) => {
    line.show('downloading', 50);
    line.show('downloading', 50);
    line.show('on', null);
    line.end();
  });
  const bar = `[${'#'.repeat(12)}${'-'.repeat(12)}]  50 %  downloading`;
  assert.equal(text.split('\r'), ['', bar, 'on'.padEnd(bar.length), '  ', '']);
});

test('a line never reaches the edge of its terminal, and holds text alone', () => {
  const text = written(true, 40, (line) => line.show(`downloading\u001b[2J\n ${'x'.repeat(100)}`, 100));
  assert.is(text.length, 40);
  assert.match(text, /^\r\[#{24}\] 100 % {2}down/);
  assert.is(
    written(true, 0, (line) => line.show('x'.repeat(100), null)),
    `\r${'x'.repeat(79)}`,
  );
});

test('elsewhere there is nothing to clear', () => {
  assert.is(
    written(false, 80, (line) => {
      line.show('writing', 9);
      line.show('writing', 10);
      line.show('writing', 19);
      line.end();
    }),
    'writing: 0 %\nwriting: 10 %\n',
  );
});

test.run();
