import { crc32 } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PRIMARY_GPT_BYTES, readGpt } from '../../../src/builder/formats/gpt.ts';

/** A table of one partition, written field by field after UEFI 2.10, tables 5.5 and 5.6. */
function sample(): Buffer {
  const disk = Buffer.alloc(PRIMARY_GPT_BYTES);
  const entry = disk.subarray(1024);
  Buffer.from('28732ac11ff8d211ba4b00a0c93ec93b', 'hex').copy(entry, 0);
  Buffer.from('00112233445566778899aabbccddeeff', 'hex').copy(entry, 16);
  entry.writeBigUInt64LE(2048n, 32);
  entry.writeBigUInt64LE(4095n, 40);
  entry.write('esp', 56, 'utf16le');
  const header = disk.subarray(512);
  header.write('EFI PART', 'latin1');
  header.writeUInt32LE(0x10000, 8);
  header.writeUInt32LE(92, 12);
  header.writeBigUInt64LE(1n, 24);
  header.writeBigUInt64LE(999n, 32);
  header.writeBigUInt64LE(2n, 72);
  header.writeUInt32LE(128, 80);
  header.writeUInt32LE(128, 84);
  header.writeUInt32LE(crc32(disk.subarray(1024, 1024 + 128 * 128)), 88);
  header.writeUInt32LE(crc32(header.subarray(0, 92)), 16);
  return disk;
}

test('partitions are read with identity, label and bytes', () => {
  assert.equal(readGpt(sample()), {
    alternate: 999 * 512,
    partitions: [
      {
        number: 1,
        label: 'esp',
        type: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
        guid: '33221100-5544-7766-8899-AABBCCDDEEFF',
        start: 2 ** 20,
        length: 2 ** 20,
      },
    ],
  });
});

test('a flipped bit anywhere in header or entries is found', () => {
  for (let at = 512; at < PRIMARY_GPT_BYTES; at += at < 604 ? 1 : 97) {
    // Behind the header its sector is reserved, and not part of the checksum.
    if (at >= 604 && at < 1024) continue;
    const disk = sample();
    disk.writeUInt8(disk.readUInt8(at) ^ 1, at);
    assert.throws(
      () => readGpt(disk),
      (error: unknown) => error instanceof RangeError,
      `byte ${at}`,
    );
  }
});

test('too little of a disk, and a disk without a table, are refused', () => {
  assert.throws(() => readGpt(Buffer.alloc(512)), 'too little');
  assert.throws(() => readGpt(Buffer.alloc(PRIMARY_GPT_BYTES)), 'no GPT header');
});

test.run();
