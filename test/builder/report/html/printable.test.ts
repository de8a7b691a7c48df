import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { printable } from '../../../../src/builder/report/html/printable.ts';

test('replaces what must not be in a page, in every text however deep', () => {
  const view = { lines: ['a\tb\nc', 'bell \u0007', { csi: '\u009b31m' }], count: 3, nothing: null, isOn: true };
  assert.equal(printable(view), {
    lines: ['a\tb\nc', 'bell \ufffd', { csi: '\ufffd31m' }],
    count: 3,
    nothing: null,
    isOn: true,
  });
  assert.is(printable('\r\u0000\u007f\u202e\u2066\ufeff\uffff'), '\ufffd\ufffd\ufffd\ufffd\ufffd\ufeff\ufffd');
});

test('keeps letters of all languages and pairs of surrogates', () => {
  assert.is(printable('Größe 日本 🙂 – ≥'), 'Größe 日本 🙂 – ≥');
  assert.is(printable('\ud83d \ude42'), '\ufffd \ufffd');
});

test.run();
