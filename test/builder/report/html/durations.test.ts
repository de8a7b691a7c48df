import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inSeconds, inWords } from '../../../../src/builder/report/html/durations.ts';

test('figures have one decimal, and what is not known is a dash', () => {
  assert.is(inSeconds(56.04), '56.0\u00a0s');
  assert.is(inSeconds(600), '600.0\u00a0s');
  assert.is(inSeconds(null), '–');
});

test('sentences have whole minutes and hours', () => {
  assert.is(inWords(0.4), '0 s');
  assert.is(inWords(59.6), '1 min 0 s');
  assert.is(inWords(570), '9 min 30 s');
  assert.is(inWords(3900), '1 h 5 min');
});

test.run();
