import { crc32 } from 'node:zlib';
import { SECTOR_BYTES } from '../formats/blocks.ts';
import { type Gpt, PRIMARY_GPT_BYTES, readGpt } from '../formats/gpt.ts';
import type { Bytes } from './bytes.ts';
import type { Tell } from './rules.ts';

const MIB = 2 ** 20;
/** Type of each partition (UEFI specification 2.10, table 5.7; Discoverable Partitions Specification). */
const types: Readonly<Record<string, string>> = {
  bios: '21686148-6449-6E6F-744E-656564454649',
  esp: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  'root-a': '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
  'root-b': '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
  data: '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
};
/** A jump and code; GRUB's boot.img begins so. */
const JUMP = 0xeb;
const BOOT_MARK = 0xaa55;
const PROTECTIVE = 0xee;

/** The tables of a raw disk. @returns the primary table where it can be read */
export async function checkPartitions(disk: Bytes, tell: Tell): Promise<Gpt | undefined> {
  const head = await disk.read(0, PRIMARY_GPT_BYTES);
  if (head.length < PRIMARY_GPT_BYTES) {
    tell('gpt-primary', 'byte 0', `a disk of ${head.length} bytes holds no table`);
    return undefined;
  }
  if (head[0] !== JUMP || head.readUInt16LE(510) !== BOOT_MARK)
    tell('boot-code', 'byte 0', 'the first sector holds no boot code or no mark');
  if (head[450] !== PROTECTIVE) tell('gpt-primary', 'byte 450', 'the first sector does not protect the table');
  let gpt: Gpt | undefined;
  try {
    gpt = readGpt(head);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    tell('gpt-primary', `byte ${SECTOR_BYTES}`, error.message);
  }
  await checkBackup(disk, head, gpt, tell);
  if (gpt !== undefined) checkEntries(gpt, disk.length, tell);
  return gpt;
}

async function checkBackup(disk: Bytes, head: Buffer, gpt: Gpt | undefined, tell: Tell): Promise<void> {
  const last = disk.length - SECTOR_BYTES;
  if (gpt !== undefined && gpt.alternate !== last)
    tell(
      'gpt-backup',
      `byte ${SECTOR_BYTES + 32}`,
      `it is said to lie at ${gpt.alternate}, the last sector at ${last}`,
    );
  const header = await disk.read(last, SECTOR_BYTES);
  const plain = Buffer.from(header.subarray(0, 92));
  plain.writeUInt32LE(0, 16);
  if (header.toString('latin1', 0, 8) !== 'EFI PART' || crc32(plain) !== header.readUInt32LE(16))
    return tell('gpt-backup', `byte ${last}`, 'no header, or one that does not match its checksum');
  const at = Number(header.readBigUInt64LE(72)) * SECTOR_BYTES;
  const length = header.readUInt32LE(80) * header.readUInt32LE(84);
  if (length > PRIMARY_GPT_BYTES) return tell('gpt-backup', `byte ${last + 80}`, `its entries have ${length} bytes`);
  const entries = await disk.read(at, length);
  if (crc32(entries) !== header.readUInt32LE(88))
    return tell('gpt-backup', `byte ${at}`, 'its entries do not match their checksum');
  if (!entries.equals(head.subarray(2 * SECTOR_BYTES, 2 * SECTOR_BYTES + entries.length)))
    tell('gpt-backup', `byte ${at}`, 'its entries are not those of the primary table');
}

function checkEntries({ partitions }: Gpt, sizeBytes: number, tell: Tell): void {
  const labels = partitions.map(({ label }) => label).join();
  if (labels !== Object.keys(types).join())
    tell('gpt-partitions', 'the table', `expected ${Object.keys(types).join()}, found ${labels}`);
  let end = MIB;
  for (const { label, type, guid, start, length } of partitions) {
    if (types[label] !== undefined && type !== types[label])
      tell('gpt-partitions', label, `its type is ${type}, expected ${types[label]}`);
    if (start % MIB !== 0 || length % MIB !== 0 || length <= 0)
      tell('gpt-partitions', label, `${length} bytes at ${start} are not whole MiB`);
    if (start < end || start + length > sizeBytes - MIB)
      tell('gpt-partitions', label, `${length} bytes at ${start} overlap another one or leave the disk`);
    if (partitions.filter((other) => other.guid === guid).length > 1)
      tell('gpt-partitions', label, `another one has the identity ${guid}`);
    end = Math.max(end, start + length);
  }
}
