import { checkQcow2 } from '../../../../src/builder/verify/qcow2.ts';
import { overwrite, type Sample } from '../sample.ts';

const SIZE = 2 ** 30;
const rule = 'qcow2-header';

/** A header as docs/interop/qcow2.txt of QEMU has it, version 3, clusters of 64 KiB, zstd. */
async function make(): Promise<Buffer> {
  const header = Buffer.alloc(112);
  header.write('QFI\xfb', 0, 'latin1');
  header.writeUInt32BE(3, 4);
  header.writeUInt32BE(16, 20);
  header.writeBigUInt64BE(BigInt(SIZE), 24);
  header.writeBigUInt64BE(8n, 72);
  header.writeUInt32BE(4, 96);
  header.writeUInt32BE(112, 100);
  header.writeUInt8(1, 104);
  return header;
}

export const qcow2: Sample = {
  name: 'qcow2',
  make,
  check: (bytes, _, tell) => checkQcow2(bytes, SIZE, tell),
  violations: [
    overwrite(rule, 'another magic number', 0, 'X'),
    overwrite(rule, 'version 2', 7, [2]),
    overwrite(rule, 'a backing file', 15, [0x80]),
    overwrite(rule, 'the name of a backing file', 19, [9]),
    overwrite(rule, 'another size', 27, [1]),
    overwrite(rule, 'encryption', 35, [1]),
    overwrite(rule, 'a snapshot', 63, [1]),
    overwrite(rule, 'the dirty bit', 79, [9]),
    overwrite(rule, 'a data file of its own', 79, [12]),
    overwrite(rule, 'another compression', 104, [0]),
    { rule, what: 'a file shorter than a header', change: (file) => file.subarray(0, 111) },
    { rule, what: 'an empty file', change: () => Buffer.alloc(0) },
  ],
};
