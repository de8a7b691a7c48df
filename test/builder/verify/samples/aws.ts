import { checkAws } from '../../../../src/builder/verify/archives.ts';
import { overwrite, type Sample } from '../sample.ts';

const SIZE = 2 ** 30;
const rule = 'aws-frame';

/** The head of a frame that states its size in four bytes, with a window descriptor (RFC 8878, section 3.1.1.1). */
async function make(): Promise<Buffer> {
  const head = Buffer.alloc(64);
  head.writeUInt32LE(0xfd2fb528, 0);
  head.writeUInt8(2 << 6, 4);
  head.writeUInt8(0x58, 5);
  head.writeUInt32LE(SIZE, 6);
  return head;
}

export const aws: Sample = {
  name: 'aws',
  make,
  check: (bytes, _, tell) => checkAws(bytes, SIZE, tell),
  violations: [
    overwrite(rule, 'another magic number', 0, [0x50]),
    overwrite(rule, 'no size', 4, [0]),
    overwrite(rule, 'a size of two bytes', 4, [1 << 6]),
    overwrite(rule, 'a size of eight bytes', 4, [3 << 6, 0x58, 0, 0, 0, 0, 0, 0, 0, 1]),
    overwrite(rule, 'a size of one byte', 4, [0x20]),
    overwrite(rule, 'another size', 6, [1]),
    { rule, what: 'a file shorter than a header', change: (file) => file.subarray(0, 13) },
    { rule, what: 'an empty file', change: () => Buffer.alloc(0) },
  ],
};
