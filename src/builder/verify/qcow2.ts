import type { Bytes } from './bytes.ts';
import type { Tell } from './rules.ts';

const MAGIC = 0x514649fb;
/** Incompatible features (docs/interop/qcow2.txt of QEMU): dirty, corrupt, data file; 8 says how it is compressed. */
const COMPRESSION_TYPE = 8n;
const ZSTD = 1;

/** The header of a qcow2, big-endian. The tables are for `qemu-img check`. */
export async function checkQcow2(qcow2: Bytes, sizeBytes: number, tell: Tell): Promise<void> {
  const header = await qcow2.read(0, 112);
  if (header.length < 112) return tell('qcow2-header', 'byte 0', 'the file is shorter than a header');
  const expect = (offset: number, what: string, found: unknown, expected: unknown): void => {
    if (found !== expected) tell('qcow2-header', `byte ${offset}`, `${what} is ${found}, expected ${expected}`);
  };
  expect(0, 'the magic number', header.readUInt32BE(0), MAGIC);
  expect(4, 'the version', header.readUInt32BE(4), 3);
  expect(8, 'the backing file’s place', header.readBigUInt64BE(8), 0n);
  expect(16, 'the length of its name', header.readUInt32BE(16), 0);
  expect(24, 'the size', header.readBigUInt64BE(24), BigInt(sizeBytes));
  expect(32, 'the encryption', header.readUInt32BE(32), 0);
  expect(60, 'the number of snapshots', header.readUInt32BE(60), 0);
  expect(72, 'the incompatible features', header.readBigUInt64BE(72), COMPRESSION_TYPE);
  expect(104, 'the compression', header[104], ZSTD);
}
