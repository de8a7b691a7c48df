import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readSignatures } from '../../../src/builder/verify/authenticode.ts';
import { loaderDigest, SIGNATURES, sampleLoader } from './sample-loader.ts';

const signatures = ['first', 'the second of them'].map((text) => Buffer.from(text));
const DIRECTORY = 0x80 + 24 + 112 + 4 * 8;

function refused(change: (file: Buffer) => Buffer | number, reason: string): void {
  const file = sampleLoader(...signatures);
  const changed = change(file);
  assert.throws(
    () => readSignatures(typeof changed === 'number' ? file : changed),
    (error: Error) => error instanceof RangeError && error.message.includes(reason),
    reason,
  );
}

test('signatures are read, and the digest leaves out what signing changes', () => {
  const file = sampleLoader(...signatures);
  const read = readSignatures(file);
  assert.equal(read.signatures.map(String), ['first', 'the second of them']);
  assert.equal(read.digest, loaderDigest(file));
  file.writeUInt32LE(12345, 0x80 + 88);
  assert.equal(readSignatures(file).digest, read.digest);
  assert.equal(readSignatures(sampleLoader(Buffer.from('another'))).digest.length, 32);
  file.writeUInt8(1, 0x200);
  assert.not.equal(readSignatures(file).digest, read.digest);
});

test('what is no loader, or carries no sound table of signatures, is refused', () => {
  refused(() => Buffer.alloc(0), 'no PE file');
  refused((file) => file.write('ZM', 'latin1'), 'no PE file');
  refused((file) => file.writeUInt32LE(0xffff_fff0, 0x3c), 'no PE file');
  refused((file) => file.write('NE', 0x80, 'latin1'), 'no PE file');
  refused((file) => file.writeUInt16LE(0x10b, 0x80 + 24), 'not for 64-bit');
  refused(() => sampleLoader(), 'not signed');
  refused((file) => file.writeUInt16LE(1, SIGNATURES + 6) && file.writeUInt16LE(1, SIGNATURES + 16 + 6), 'not signed');
  refused((file) => file.subarray(0, -8), 'reach past its end');
  refused((file) => file.writeUInt32LE(16, DIRECTORY), 'into its header');
  refused((file) => file.writeUInt32LE(0xffff_ffff, DIRECTORY + 4), 'reach past its end');
  refused((file) => file.writeUInt32LE(8, SIGNATURES), 'table of signatures is broken');
  refused((file) => file.writeUInt32LE(0xffff_ffff, SIGNATURES), 'table of signatures is broken');
  refused(() => sampleLoader(...Array<Buffer>(9).fill(Buffer.from('x'))), '9 signatures');
});

test.run();
