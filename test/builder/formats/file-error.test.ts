import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KilnError } from '../../../src/builder/errors.ts';
import { asFileError } from '../../../src/builder/formats/file-error.ts';

test('a full disk is told, with what was being written and what to do', () => {
  const error = asFileError(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }), 'write a.vhd');
  assert.ok(error instanceof KilnError && error.code === 'disk-full');
  assert.match(error.message, 'write a.vhd');
});

test('anything else stays what it is', () => {
  const bug = new TypeError('x');
  assert.is(asFileError(bug, 'write a.vhd'), bug);
  assert.is(asFileError('text', 'write a.vhd'), 'text');
});

test.run();
