import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOva } from '../../../../src/builder/formats/ova.ts';
import { checkOva } from '../../../../src/builder/verify/ova.ts';
import type { RuleId } from '../../../../src/builder/verify/rules.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import type { Sample, Violation } from '../sample.ts';
import { DISK_BYTES } from './disk.ts';
import { sealTarHeader } from './gce.ts';
import { sampleOvf } from './ovf.ts';
import { writeVmdk } from './vmdk.ts';

/** Where the headers lie: descriptor, manifest and disk. */
function headers(file: Buffer): number[] {
  const places: number[] = [];
  for (let at = 0; at + 512 <= file.length && file[at] !== 0; ) {
    places.push(at);
    const size = Number.parseInt(file.toString('latin1', at + 124, at + 136), 8);
    if (!(size >= 0)) break;
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return places;
}

function seal(file: Buffer): void {
  for (const at of headers(file)) sealTarHeader(file.subarray(at, at + 512));
}

/** Writes into a header, 0 to 2, and makes its checksum right. */
function inHeader(rule: RuleId, what: string, index: number, at: number, text: string | Buffer): Violation {
  const change: Violation['change'] = (file) => {
    const start = headers(file)[index] ?? 0;
    const header = file.subarray(start, start + 512);
    header.set(Buffer.from(text), at);
    sealTarHeader(header);
    return undefined;
  };
  return { rule, what, change };
}

/** Replaces words of the manifest by others of the same length. */
function reword(what: string, from: RegExp, to: string): Violation {
  const change: Violation['change'] = (file) => {
    const start = (headers(file)[1] ?? 0) + 512;
    const text = file.toString('latin1', start, start + 512);
    const other = text.replace(from, to);
    if (other === text || other.length !== text.length) throw new Error(`no place for ${to}`);
    file.write(other, start, 'latin1');
    return undefined;
  };
  return { rule: 'ova-manifest', what, change };
}

/** Cuts the archive into its members, with their headers, and what is behind them. */
function reorder(order: readonly number[], end = 1024): Violation['change'] {
  return (file) => {
    const places = headers(file);
    const members = places.map((at, index) => file.subarray(at, places[index + 1] ?? file.length));
    const last = members[2] ?? Buffer.alloc(0);
    const size = Number.parseInt(last.toString('latin1', 124, 136), 8);
    members[2] = last.subarray(0, 512 + Math.ceil(size / 512) * 512);
    return Buffer.concat([...order.map((index) => members[index] ?? Buffer.alloc(0)), Buffer.alloc(end)]);
  };
}

export const ova: Sample = {
  name: 'ova',
  make: async () => {
    const folder = tempFolder();
    const vmdk = { path: join(folder, 'x.vmdk'), ...(await writeVmdk(join(folder, 'x.vmdk'))) };
    const path = join(folder, 'x.ova');
    const input = { stem: 'sample-1.2.3', ovf: sampleOvf(vmdk.sizeBytes), vmdk, mtime: 1e9 };
    await writeOva(path, input, new AbortController().signal);
    return readFile(path);
  },
  check: (bytes, _, tell) => checkOva(bytes, DISK_BYTES, tell),
  // Sizes in headers; headers with what follows them, and the end.
  places: [
    [124, 12],
    [9216 + 124, 12],
    [10_240 + 124, 12],
    [0, 1024],
    [4096, 1024],
    [9216, 1024],
    [10_240, 2048],
    [142_000, 11_600],
  ],
  seal,
  violations: [
    { rule: 'ova-archive', what: 'no blocks at the end', change: reorder([0, 1, 2], 0) },
    { rule: 'ova-archive', what: 'one block at the end', change: reorder([0, 1, 2], 512) },
    { rule: 'ova-archive', what: 'half a MiB at the end', change: reorder([0, 1, 2], 2 ** 19) },
    { rule: 'ova-archive', what: 'something behind the end', change: (file) => file.fill(1, file.length - 1) },
    {
      rule: 'ova-archive',
      what: 'something in the padding',
      change: (file) => file.fill(1, (headers(file)[2] ?? 0) - 1, headers(file)[2]),
    },
    { rule: 'ova-archive', what: 'a header that does not sum up', change: (file) => file.fill(0x37, 100, 101) },
    { rule: 'ova-archive', what: 'an archive that was cut', change: (file) => file.subarray(0, -20_000) },
    inHeader('ova-archive', 'an older header', 0, 257, 'ustar  \0'),
    inHeader('ova-archive', 'a link', 0, 156, '2'),
    inHeader('ova-archive', 'a pax header', 0, 156, 'x'),
    inHeader('ova-archive', 'a folder in the name', 1, 0, 'a/b'),
    inHeader('ova-archive', 'an owner', 2, 108, '001750'),
    // -512: back to this very header, for ever.
    inHeader('ova-archive', 'a size below nothing', 1, 124, Buffer.from('fffffffffffffffffffffe00', 'hex')),
    inHeader(
      'ova-archive',
      'a size out of all range',
      1,
      124,
      Buffer.concat([Buffer.of(0x80), Buffer.alloc(11, 0xff)]),
    ),
    inHeader('ova-archive', 'a size that is no number', 1, 124, 'xxxxxxxxxxx'),
    inHeader('ova-archive', 'a size past the end', 2, 124, '77777777777'),
    { rule: 'ova-members', what: 'the disk first', change: reorder([2, 0, 1]) },
    { rule: 'ova-members', what: 'no manifest', change: reorder([0, 2]) },
    { rule: 'ova-members', what: 'a descriptor twice', change: reorder([0, 0, 1, 2]) },
    { rule: 'ova-members', what: 'a hundred members', change: reorder(Array<number>(100).fill(0)) },
    { rule: 'ova-members', what: 'no members', change: () => Buffer.alloc(10_240) },
    inHeader('ova-members', 'another stem', 2, 0, 'other'),
    reword('another spelling', /SHA256\(/, 'SHA512('),
    reword('a blank where none should be', /\)= /, ') ='),
    reword('another digest', /= ..../, '= 0000'),
    reword('a file that is not there', /\.vmdk/, '.vmdj'),
    reword('no line feed', /\n\0/, ' \0'),
    { rule: 'ova-archive', what: 'an empty file', change: () => Buffer.alloc(0) },
  ],
};
