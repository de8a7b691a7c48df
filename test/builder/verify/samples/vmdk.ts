import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { VmdkWriter } from '../../../../src/builder/formats/vmdk/writer.ts';
import { checkVmdk } from '../../../../src/builder/verify/vmdk.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { overwrite, type Sample, type Violation } from '../sample.ts';
import { DISK_BYTES, deflated, survey } from './disk.ts';

export const VMDK_NAME = 'sample-1.2.3.vmdk';
const GRAINS = 128 * 512;

/** Writes a little-endian number where the footer's directory leads: entry `table` of it, or of the table it names. */
function inTables(
  rule: 'vmdk-grains',
  what: string,
  place: (directory: number, file: Buffer) => number,
  value: number,
) {
  const change: Violation['change'] = (file) => {
    const directory = Number(file.readBigUInt64LE(file.length - 1024 + 56)) * 512;
    file.writeUInt32LE(value, place(directory, file));
    return undefined;
  };
  return { rule, what, change };
}
const firstTable = (directory: number, file: Buffer): number => file.readUInt32LE(directory) * 512;

/** Replaces words of the descriptor by others of the same length. */
function reword(what: string, from: string, to: string): Violation {
  const change: Violation['change'] = (file) => {
    const at = file.indexOf(from);
    if (at < 0 || from.length !== to.length) throw new Error(`no place for ${to}`);
    file.write(to, at, 'latin1');
    return undefined;
  };
  return { rule: 'vmdk-descriptor', what, change };
}

export async function writeVmdk(path: string): Promise<{ sizeBytes: number; sha256: string }> {
  const writer = await VmdkWriter.create(path, VMDK_NAME, survey);
  await writer.add(deflated);
  return writer.finish();
}

export const vmdk: Sample = {
  name: 'vmdk',
  make: async () => {
    const path = join(tempFolder(), 'x.vmdk');
    await writeVmdk(path);
    return readFile(path);
  },
  check: (bytes, _, tell) => checkVmdk(bytes, VMDK_NAME, DISK_BYTES, tell),
  violations: [
    overwrite('vmdk-header', 'another magic number', 0, 'X'),
    overwrite('vmdk-header', 'other flags', 8, [3]),
    overwrite('vmdk-header', 'new-lines that a transfer as text changed', 73, '\r\n'),
    overwrite('vmdk-header', 'something before the first grain', GRAINS - 1, [1]),
    reword('another type', '"streamOptimized"', '"monolithicSpars"'),
    reword('another file', VMDK_NAME, VMDK_NAME.replace('s', 'x')),
    reword('another capacity', 'RW 196608', 'RW 196607'),
    reword('no content', 'CID=01234567', 'CID=ffffffff'),
    overwrite('vmdk-descriptor', 'something behind the text', 21 * 512 - 1, [1]),
    overwrite('vmdk-footer', 'a footer that is not the header', -1024 + 8, [3]),
    overwrite('vmdk-footer', 'no footer marker', -1536 + 12, [9]),
    overwrite('vmdk-footer', 'no end of the stream', -512 + 12, [1]),
    overwrite('vmdk-footer', 'a directory past the end', -1024 + 56, 2n ** 40n),
    overwrite('vmdk-footer', 'no directory', -1024 + 56, 0n),
    { rule: 'vmdk-footer', what: 'bytes behind the end', change: (file) => Buffer.concat([file, Buffer.alloc(512)]) },
    { rule: 'vmdk-footer', what: 'half a sector behind', change: (file) => Buffer.concat([file, Buffer.alloc(256)]) },
    { rule: 'vmdk-footer', what: 'a file of two sectors', change: (file) => file.subarray(0, 1024) },
    { rule: 'vmdk-header', what: 'an empty file', change: () => Buffer.alloc(0) },
    overwrite('vmdk-grains', 'the marker of another grain', GRAINS, [1]),
    overwrite('vmdk-grains', 'a grain without bytes', GRAINS + 8, [0, 0, 0, 0]),
    overwrite('vmdk-grains', 'a grain that is too long', GRAINS + 8, [0, 0, 0, 1]),
    inTables('vmdk-grains', 'a table past the end', (directory) => directory, 2 ** 31),
    inTables('vmdk-grains', 'another table', (directory) => directory, 129),
    inTables('vmdk-grains', 'an entry past the disk', (directory) => directory + 3 * 4, 129),
    inTables('vmdk-grains', 'a grain in another place', firstTable, 130),
    inTables('vmdk-grains', 'one grain twice', (directory, file) => firstTable(directory, file) + 4, 128),
    inTables('vmdk-grains', 'no marker before a table', (directory, file) => firstTable(directory, file) - 500, 0),
    inTables('vmdk-grains', 'no marker before the directory', (directory) => directory - 500, 0),
  ],
};
