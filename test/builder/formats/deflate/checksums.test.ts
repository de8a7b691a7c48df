import { crc32, deflateSync } from 'node:zlib';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { adler32 } from '../../../../src/builder/formats/deflate/adler32.ts';
import { crc32Combine } from '../../../../src/builder/formats/deflate/crc32-combine.ts';
import { noise } from '../sample-disk.ts';

test('adler32 equals the one zlib puts at the end of its stream', () => {
  for (const data of [new Uint8Array(0), noise(5552), noise(65_536), new Uint8Array(70_001).fill(255)]) {
    assert.is(adler32(data), deflateSync(data).readUInt32BE(deflateSync(data).length - 4));
  }
});

test('crc32Combine of two pieces equals the CRC of both together', () => {
  for (const [a, b] of [
    [0, 0],
    [1, 0],
    [0, 7],
    [65_536, 65_536],
    [3, 131_072],
  ] as const) {
    const first = noise(a, 5);
    const second = noise(b, 9);
    assert.is(crc32Combine(crc32(first), crc32(second), b), crc32(Buffer.concat([first, second])));
  }
});

test.run();
