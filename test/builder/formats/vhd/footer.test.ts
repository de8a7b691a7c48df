import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { vhdFooter } from '../../../../src/builder/formats/vhd/footer.ts';
import { vhdGeometry } from '../../../../src/builder/formats/vhd/geometry.ts';

const GIB = 1024 ** 3;
const uuid = new Uint8Array(16).fill(7);

test('geometry follows the table of the specification', () => {
  assert.equal(vhdGeometry((40 * 1024 * 1024) / 512), { cylinders: 963, heads: 5, sectorsPerTrack: 17 });
  assert.equal(vhdGeometry((8 * GIB) / 512), { cylinders: 16_644, heads: 16, sectorsPerTrack: 63 });
  assert.equal(vhdGeometry((64 * GIB) / 512), { cylinders: 32_896, heads: 16, sectorsPerTrack: 255 });
  assert.equal(vhdGeometry((2000 * GIB) / 512), { cylinders: 65_535, heads: 16, sectorsPerTrack: 255 });
});

test('the footer states the exact size and a right checksum', () => {
  const footer = vhdFooter({ sizeBytes: 8 * GIB, epoch: 946_684_800 + 5, uuid });
  assert.is(footer.length, 512);
  assert.is(footer.toString('latin1', 0, 8), 'conectix');
  assert.is(footer.readUInt32BE(24), 5);
  assert.is(footer.readBigUInt64BE(48), BigInt(8 * GIB));
  assert.is(footer.readUInt32BE(60), 2);
  const stated = footer.readUInt32BE(64);
  footer.fill(0, 64, 68);
  assert.is(~footer.reduce((sum, byte) => sum + byte, 0) >>> 0, stated);
});

test('a time before the format began is stated as its first second', () => {
  assert.is(vhdFooter({ sizeBytes: GIB, epoch: 0, uuid }).readUInt32BE(24), 0);
});

test.run();
