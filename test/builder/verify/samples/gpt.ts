import { crc32 } from 'node:zlib';
import { checkPartitions } from '../../../../src/builder/verify/partitions.ts';
import { overwrite, type Sample } from '../sample.ts';

const MIB = 2 ** 20;
const SIZE = 12 * MIB;
const LAST = SIZE - 512;
const ENTRIES_BYTES = 128 * 128;
const BACKUP_ENTRIES = LAST - ENTRIES_BYTES;
/** Types as they lie in an entry (UEFI specification 2.10, appendix A), with labels, starts and lengths in MiB. */
const partitions: readonly (readonly [label: string, type: string, start: number, length: number])[] = [
  ['bios', '4861682149646f6e744e656564454649', 1, 1],
  ['esp', '28732ac11ff8d211ba4b00a0c93ec93b', 2, 3],
  ['root-a', 'e3bc684fcde8b14d96e7fbcaf984b709', 5, 2],
  ['root-b', 'e3bc684fcde8b14d96e7fbcaf984b709', 7, 2],
  ['data', 'af3dc60f838472478e793d69d8477de4', 9, 2],
];

function header(file: Buffer, at: number, entriesAt: number, otherAt: number): void {
  const sector = file.subarray(at, at + 512);
  sector.write('EFI PART', 'latin1');
  sector.writeUInt32LE(0x10000, 8);
  sector.writeUInt32LE(92, 12);
  sector.writeBigUInt64LE(BigInt(at / 512), 24);
  sector.writeBigUInt64LE(BigInt(otherAt / 512), 32);
  sector.writeBigUInt64LE(BigInt(entriesAt / 512), 72);
  sector.writeUInt32LE(128, 80);
  sector.writeUInt32LE(128, 84);
}

async function make(): Promise<Buffer> {
  const file = Buffer.alloc(SIZE);
  file.set([0xeb, 0x63, 0x90]);
  file.set([0xee], 450);
  file.set([0x55, 0xaa], 510);
  for (const [index, [label, type, start, length]] of partitions.entries()) {
    const entry = file.subarray(1024 + index * 128);
    entry.write(type, 'hex');
    entry.fill(index + 1, 16, 32);
    entry.writeBigUInt64LE(BigInt((start * MIB) / 512), 32);
    entry.writeBigUInt64LE(BigInt(((start + length) * MIB) / 512 - 1), 40);
    entry.write(label, 56, 'utf16le');
  }
  file.copy(file, BACKUP_ENTRIES, 1024, 1024 + ENTRIES_BYTES);
  header(file, 512, 1024, LAST);
  header(file, LAST, BACKUP_ENTRIES, 512);
  seal(file);
  return file;
}

function seal(file: Buffer): void {
  for (const [at, entriesAt] of [
    [512, 1024],
    [LAST, BACKUP_ENTRIES],
  ] as const) {
    const sector = file.subarray(at, at + 512);
    if (sector.length < 512) return;
    sector.writeUInt32LE(crc32(file.subarray(entriesAt, entriesAt + ENTRIES_BYTES)), 88);
    sector.writeUInt32LE(0, 16);
    sector.writeUInt32LE(crc32(sector.subarray(0, 92)), 16);
  }
}

/** Changes an entry in both tables. */
function sealBoth(file: Buffer): void {
  file.copy(file, BACKUP_ENTRIES, 1024, 1024 + ENTRIES_BYTES);
  seal(file);
}

const entry = (index: number, field: number): number => 1024 + index * 128 + field;
const sectors = (mib: number): bigint => BigInt((mib * MIB) / 512);

export const gpt: Sample = {
  name: 'gpt',
  make,
  check: async (bytes, _, tell) => {
    await checkPartitions(bytes, tell);
  },
  places: [
    [512 + 72, 16],
    [LAST + 72, 16],
    [entry(0, 32), 16],
    [0, 1024 + 6 * 128],
    [BACKUP_ENTRIES, 6 * 128],
    [LAST, 512],
  ],
  seal,
  violations: [
    overwrite('boot-code', 'no jump', 0, [0]),
    overwrite('boot-code', 'no mark', 510, [0]),
    overwrite('gpt-primary', 'no protection', 450, [0x83]),
    overwrite('gpt-primary', 'no header', 512, 'X'),
    overwrite('gpt-primary', 'a header that does not sum up', 512 + 24, [9]),
    overwrite('gpt-primary', 'entries that do not sum up', entry(0, 20), [9]),
    overwrite('gpt-primary', 'entries past the end', 512 + 72, 2n ** 60n, seal),
    overwrite('gpt-backup', 'no header at the end', LAST, 'X'),
    overwrite('gpt-backup', 'a header that does not sum up', LAST + 24, [9]),
    overwrite('gpt-backup', 'entries that do not sum up', BACKUP_ENTRIES + 20, [9]),
    overwrite('gpt-backup', 'other entries', BACKUP_ENTRIES + 20, [9], seal),
    overwrite('gpt-backup', 'another place', 512 + 32, 100n, seal),
    overwrite('gpt-backup', 'a table of 16 GiB', LAST + 80, [0, 0, 0, 8], seal),
    overwrite('gpt-backup', 'entries past the end', LAST + 72, 2n ** 60n, seal),
    overwrite('gpt-partitions', 'another label', entry(1, 56), 'f', sealBoth),
    overwrite('gpt-partitions', 'another type', entry(1, 0), [9], sealBoth),
    overwrite('gpt-partitions', 'one identity twice', entry(3, 16), Array<number>(16).fill(3), sealBoth),
    overwrite('gpt-partitions', 'no whole MiB', entry(2, 40), sectors(6), sealBoth),
    overwrite('gpt-partitions', 'an overlap', entry(1, 40), sectors(6) - 1n, sealBoth),
    overwrite('gpt-partitions', 'a partition past the end', entry(4, 40), sectors(2 ** 40) - 1n, sealBoth),
    overwrite('gpt-partitions', 'a partition that ends before it begins', entry(4, 40), sectors(1), sealBoth),
    { rule: 'gpt-backup', what: 'a disk that was cut', change: (file) => file.subarray(0, -MIB) },
    { rule: 'gpt-primary', what: 'a disk of a sector', change: (file) => file.subarray(0, 512) },
    { rule: 'gpt-primary', what: 'an empty disk', change: () => Buffer.alloc(0) },
  ],
};
