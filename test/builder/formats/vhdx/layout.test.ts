import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { blockTable } from '../../../../src/builder/formats/vhdx/bat.ts';
import { crc32c } from '../../../../src/builder/formats/vhdx/crc32c.ts';
import { guidBytes } from '../../../../src/builder/formats/vhdx/guid.ts';
import { batEntries, batLength } from '../../../../src/builder/formats/vhdx/layout.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;

test('crc32c of the standard check text', () => {
  assert.is(crc32c(Buffer.from('123456789')), 0xe3069283);
});

test('a GUID has its first three fields turned round', () => {
  assert.is(guidBytes('00112233-4455-6677-8899-aabbccddeeff').toString('hex'), '33221100554477668899aabbccddeeff');
});

test('the table has one more entry after each full chunk of 4096 blocks', () => {
  assert.is(batEntries(4 * GIB), 4096);
  assert.is(batEntries(4 * GIB + MIB), 4098);
  assert.is(batLength(4 * GIB), MIB);
  assert.is(batLength(1024 * GIB), 9 * MIB);
});

test('blocks beyond a chunk skip the sector bitmap entry, and only data is given a place', () => {
  const masks = new Uint16Array(4098);
  masks[4095] = 1;
  masks[4096] = 0x8000;
  const table = blockTable({ sizeBytes: 4098 * MIB, masks, digest: '' });
  assert.is(table.bytes.readBigUInt64LE(0), 2n);
  assert.is(table.bytes.readBigUInt64LE(4095 * 8), BigInt(4 * MIB) | 6n);
  assert.is(table.bytes.readBigUInt64LE(4096 * 8), 0n);
  assert.is(table.bytes.readBigUInt64LE(4097 * 8), BigInt(5 * MIB) | 6n);
  assert.equal([...table.placeOf.keys()], [4095, 4096]);
});

test.run();
