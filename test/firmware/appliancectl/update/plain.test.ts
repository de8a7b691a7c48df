import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plain, plainLine } from '../../../../src/firmware/appliancectl/update/plain.ts';

test('of a text from outside, text remains', () => {
  const hostile = 'a\u001b[31m b\u0007\u009b2J\u202ec\u200d\r\n\tMünchen 😀\u0000\ud800';
  assert.is(plain(hostile), 'a[31m b2Jc\n    München 😀');
  assert.is(plainLine(hostile), 'a [31m b 2J c\u200d München 😀');
});

test.run();
