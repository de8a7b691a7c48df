import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32c } from '../../../../src/builder/formats/vhdx/crc32c.ts';
import { writeDynamicVhdx } from '../../../../src/builder/formats/vhdx/write-vhdx.ts';
import { checkVhdx } from '../../../../src/builder/verify/vhdx.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { writeSampleDisk } from '../../formats/sample-disk.ts';
import { overwrite, type Sample } from '../sample.ts';
import { DISK_BYTES, pieces, survey } from './disk.ts';

const KIB = 1024;
const MIB = 1024 * KIB;
/** Headers and region tables, with their lengths (MS-VHDX 2.1). */
const sealedParts = [
  [64 * KIB, 4 * KIB],
  [128 * KIB, 4 * KIB],
  [192 * KIB, 64 * KIB],
  [256 * KIB, 64 * KIB],
] as const;
const [[HEADER], [SECOND_HEADER], [REGIONS], [SECOND_REGIONS]] = sealedParts;
const METADATA = 2 * MIB;
const ITEMS = METADATA + 64 * KIB;
const BAT = 3 * MIB;
const FIRST_BLOCK = 4 * MIB;

function seal(file: Buffer): void {
  for (const [start, length] of sealedParts) {
    const part = file.subarray(start, start + length);
    if (part.length < length) return;
    part.writeUInt32LE(0, 4);
    part.writeUInt32LE(crc32c(part), 4);
  }
}

/** Changes both copies of a table in the same way. */
function inBoth(at: number, bytes: number[]): (file: Buffer) => undefined {
  return (file) => {
    for (const start of [REGIONS, SECOND_REGIONS]) file.set(bytes, start + at);
    seal(file);
    return undefined;
  };
}

export const vhdx: Sample = {
  name: 'vhdx',
  make: async () => {
    const folder = tempFolder();
    const disk = await writeSampleDisk(join(folder, 'disk.raw'), DISK_BYTES, pieces);
    await writeDynamicVhdx(disk, survey, join(folder, 'x.vhdx'), new AbortController().signal);
    return readFile(join(folder, 'x.vhdx'));
  },
  check: (bytes, _, tell) => checkVhdx(bytes, DISK_BYTES, tell),
  places: [
    [HEADER + 64, 16],
    [REGIONS + 16 + 16, 12],
    [0, 8],
    [HEADER, 80],
    [SECOND_HEADER, 80],
    [REGIONS, 80],
    [SECOND_REGIONS, 80],
    [MIB + 4096, 64],
    [METADATA, 200],
    [ITEMS, 100],
    [BAT, 97 * 8],
  ],
  seal,
  violations: [
    overwrite('vhdx-headers', 'no identifier', 0, 'vhdyfile'),
    overwrite('vhdx-headers', 'a header that does not sum up', HEADER + 20, [1]),
    overwrite('vhdx-headers', 'a log to replay', HEADER + 48, [1], seal),
    overwrite('vhdx-headers', 'another version', SECOND_HEADER + 66, [2], seal),
    overwrite('vhdx-headers', 'a log past the end', HEADER + 72, BigInt(1024 * MIB), seal),
    overwrite('vhdx-headers', 'something in the log', MIB + 5000, [1]),
    overwrite('vhdx-headers', 'two current headers', SECOND_HEADER + 8, 0n, seal),
    overwrite('vhdx-regions', 'a table that does not sum up', REGIONS + 40, [1]),
    overwrite('vhdx-regions', 'tables that are not equal', SECOND_REGIONS + 16 + 31, [255], seal),
    { rule: 'vhdx-regions', what: 'a required region nobody knows', change: inBoth(16, [1, 2, 3]) },
    { rule: 'vhdx-regions', what: 'a region past the end', change: inBoth(16 + 16 + 4, [1]) },
    { rule: 'vhdx-regions', what: 'no regions', change: inBoth(8, [0]) },
    overwrite('vhdx-metadata', 'no table', METADATA, 'x'),
    overwrite('vhdx-metadata', 'too few items', METADATA + 10, [1]),
    overwrite('vhdx-metadata', 'blocks of another size', ITEMS + 2, [0x20]),
    overwrite('vhdx-metadata', 'an item past the end', METADATA + 32 + 16 + 3, [0x7f]),
    overwrite('vhdx-blocks', 'a block of no state', BAT, 0n),
    overwrite('vhdx-blocks', 'two blocks in one place', BAT + 5 * 8, BigInt(FIRST_BLOCK) | 6n),
    overwrite('vhdx-blocks', 'a block past the end', BAT, BigInt(1024 * MIB) | 6n),
    overwrite('vhdx-blocks', 'a block over the table', BAT, BigInt(BAT) | 6n),
    overwrite('vhdx-blocks', 'something behind the table', BAT + 97 * 8, [1]),
    { rule: 'vhdx-blocks', what: 'a file that was cut', change: (file) => file.subarray(0, -MIB) },
    { rule: 'vhdx-regions', what: 'a file of a header alone', change: (file) => file.subarray(0, REGIONS) },
    { rule: 'vhdx-headers', what: 'an empty file', change: () => Buffer.alloc(0) },
  ],
};
