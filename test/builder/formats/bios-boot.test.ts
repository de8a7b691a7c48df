import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { BOOT_CODE_BYTES, biosBoot } from '../../../src/builder/formats/bios-boot.ts';

const boot = Buffer.alloc(512, 0xaa);
/** The partition begins where a disk larger than 2 TiB would need more than 32 bits. */
const FIRST = 0x1_2345_6789;

test('boot code loads the first sector of the partition and keeps clear of the partition table', () => {
  const { mbr } = biosBoot(boot, Buffer.alloc(512), FIRST);
  const expected = Buffer.alloc(BOOT_CODE_BYTES, 0xaa);
  Buffer.from('8967452301000000', 'hex').copy(expected, 0x5c);
  Buffer.from('9090', 'hex').copy(expected, 0x66);
  assert.is(BOOT_CODE_BYTES, 440);
  assert.is(mbr.toString('hex'), expected.toString('hex'));
});

test('the block list covers the rest of core.img, in whole sectors', () => {
  for (const [bytes, rest] of [
    [512 * 3, 2],
    [512 * 3 + 1, 3],
    [512 * 100 - 1, 99],
  ] as const) {
    const image = Buffer.alloc(bytes, 0xbb);
    const { core } = biosBoot(boot, image, FIRST);
    assert.is(core.length, (rest + 1) * 512);
    // Start of the rest, its sectors, and the segment it is loaded to (0x8200).
    assert.is(core.subarray(0x1f4, 512).toString('hex'), `8a67452301000000${hex16(rest)}2008`);
    assert.ok(core.subarray(0, 0x1f4).every((byte) => byte === 0xbb));
    assert.ok(core.subarray(512, bytes).every((byte) => byte === 0xbb));
    assert.ok(core.subarray(bytes).every((byte) => byte === 0));
  }
});

test('the images given are left as they are, and a wrong boot.img is refused', () => {
  const core = Buffer.alloc(1024, 0xbb);
  biosBoot(boot, core, FIRST);
  assert.ok(boot.every((byte) => byte === 0xaa) && core.every((byte) => byte === 0xbb));
  assert.throws(() => biosBoot(Buffer.alloc(511), core, FIRST), RangeError);
});

function hex16(value: number): string {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes.toString('hex');
}

test.run();
