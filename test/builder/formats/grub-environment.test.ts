import { createHash } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { grubEnvironment } from '../../../src/builder/formats/grub-environment.ts';

const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');

// The digests are of blocks that grub-editenv of Debian 13 (GRUB 2.12) wrote: `create`, then one `set` with these variables.
test('a block has the very bytes grub-editenv writes', () => {
  const block = grubEnvironment({ ORDER: 'A B', A_OK: '1', A_TRY: '0', B_OK: '0', B_TRY: '0' });
  assert.is(block.length, 1024);
  assert.is(sha256(block), 'bf2655d9d8a9d7522585b822af54d4de1a9ba11cea95c7165cebdf1acb8c86a0');
});

test('backslashes, line ends, letters of more than a byte and empty values are written as grub-editenv does', () => {
  const block = grubEnvironment({ back: 'a\\b', title: 'Größe', lines: 'a\nb', eq: 'a=b', empty: '' });
  assert.is(block.length, 1024);
  assert.is(sha256(block), '3d2e0533db2da8c0f7fa0ffb337efb17abb5642f58fca98a70a5202ace1e2043');
});

test('a block may be full but not fuller', () => {
  const overhead = grubEnvironment({}).indexOf('##') + 'v=\n'.length;
  const full = grubEnvironment({ v: 'x'.repeat(1024 - overhead) });
  assert.is(full.length, 1024);
  assert.is(full.at(-1), 0x0a);
  assert.throws(() => grubEnvironment({ v: 'x'.repeat(1025 - overhead) }), RangeError);
  assert.throws(() => grubEnvironment({ v: 'ö'.repeat((1024 - overhead) / 2 + 1) }), RangeError);
});

test.run();
