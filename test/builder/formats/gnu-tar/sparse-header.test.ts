import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { writeTarNumber } from '../../../../src/builder/formats/gnu-tar/number.ts';
import { sparseHeader } from '../../../../src/builder/formats/gnu-tar/sparse-header.ts';

const GIB = 1024 ** 3;
const file = { name: 'disk.raw', sizeBytes: GIB, mtime: 1 };
const runs = (count: number) => Array.from({ length: count }, (_, i) => ({ start: i * 131_072, length: 65_536 }));

test('numbers are octal while they fit and base-256 beyond', () => {
  const field = Buffer.alloc(12, 0xaa);
  writeTarNumber(field, 8 * GIB - 1, 0, 12);
  assert.is(field.toString('latin1', 0, 11), '77777777777');
  writeTarNumber(field, 8 * GIB, 0, 12);
  assert.is(field.toString('hex'), '800000000000000200000000');
});

test('the header is GNU tar’s old sparse form', () => {
  const header = sparseHeader({ ...file, runs: runs(3) });
  assert.is(header.length, 512);
  assert.is(header.toString('latin1', 156, 157), 'S');
  assert.is(header.toString('latin1', 257, 265), 'ustar  \0');
  assert.is(Number.parseInt(header.toString('latin1', 124, 135), 8), 3 * 65_536);
  assert.is(Number.parseInt(header.toString('latin1', 483, 494), 8), GIB);
  assert.is(header.readUInt8(482), 0);
});

test('a hole at the end is kept by an empty run, and a full disk has none', () => {
  assert.is(Number.parseInt(sparseHeader({ ...file, runs: [] }).toString('latin1', 386, 397), 8), GIB);
  const full = sparseHeader({ ...file, runs: [{ start: 0, length: GIB }] });
  assert.is(full.readUInt8(410), 0);
});

test('a long map goes on in further blocks, of which all but the last say so', () => {
  const header = sparseHeader({ ...file, runs: runs(30) });
  assert.is(header.length, 3 * 512);
  assert.equal([header.readUInt8(482), header.readUInt8(512 + 504), header.readUInt8(1024 + 504)], [1, 1, 0]);
});

test.run();
