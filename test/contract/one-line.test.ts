import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { oneLine } from '../../src/contract/one-line.ts';

test('a text becomes one line that moves no cursor', () => {
  assert.is(oneLine(' a\r\n\tb\u001b[2Jc\u009b\u2028d\u202ee\n', 100), 'a b [2Jc d e');
  assert.is(oneLine('Grüße, 日本語 👩‍👩‍👧 – “so”', 100), 'Grüße, 日本語 👩‍👩‍👧 – “so”');
  assert.is(oneLine('\n\u0000', 100), '');
});

test('it is cut to its length, and never within a character', () => {
  assert.is(oneLine('abcdef', 3), 'abc');
  assert.is(oneLine('ab👍c', 3), 'ab');
  assert.is(oneLine('ab👍c', 4), 'ab👍');
  assert.is(oneLine('a\ud83db', 9), 'a b');
});

test.run();
