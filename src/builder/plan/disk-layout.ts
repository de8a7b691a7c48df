import { createHash } from 'node:crypto';

const MIB = 1024 * 1024;
const SECTOR = 512;

/** GPT partition types, UEFI specification 2.10 table 5.7 and the Discoverable Partitions Specification. */
const types = {
  bios: '21686148-6449-6E6F-744E-656564454649',
  esp: 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B',
  root: '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
  linux: '0FC63DAF-8483-4772-8E79-3D69D8477DE4',
} as const;

export const partitionLabels = ['bios', 'esp', 'root-a', 'root-b', 'data'] as const;
export type PartitionLabel = (typeof partitionLabels)[number];

export interface Partition {
  readonly label: PartitionLabel;
  /** 1-based, as in the partition table. */
  readonly number: number;
  readonly type: string;
  /** PARTUUID, upper case. */
  readonly guid: string;
  /** Bytes from the start of the disk, a multiple of 1 MiB. */
  readonly start: number;
  /** Bytes, a multiple of 1 MiB. */
  readonly length: number;
}

export interface DiskLayout {
  readonly sizeBytes: number;
  readonly diskGuid: string;
  readonly partitions: Readonly<Record<PartitionLabel, Partition>>;
}

/** Fixed parts of every disk in bytes: they cannot grow in the field, so they are the same for all images. */
export const BIOS_BYTES = MIB;
export const ESP_BYTES = 512 * MIB;

/**
 * The layout of design.md: bios, esp, root-a, root-b, data, each aligned to 1 MiB, data up to the backup GPT.
 * Identities come from the image's name alone, so that an update of any later version finds the same partitions.
 * @param slotBytes a multiple of 1 MiB
 */
export function diskLayout(image: string, sizeBytes: number, slotBytes: number): DiskLayout {
  let next = MIB;
  const place = (label: PartitionLabel, type: string, length: number): Partition => {
    const start = next;
    next += length;
    const number = partitionLabels.indexOf(label) + 1;
    return { label, number, type, guid: stableGuid(`${image}/partition/${label}`), start, length };
  };
  const partitions = {
    bios: place('bios', types.bios, BIOS_BYTES),
    esp: place('esp', types.esp, ESP_BYTES),
    'root-a': place('root-a', types.root, slotBytes),
    'root-b': place('root-b', types.root, slotBytes),
    // The backup GPT takes the last 33 sectors; a whole MiB keeps the end aligned as well.
    data: place('data', types.linux, sizeBytes - next - MIB),
  };
  return { sizeBytes, diskGuid: stableGuid(`${image}/disk`), partitions };
}

/** The layout as a script for sfdisk(8). */
export function sfdiskScript(layout: DiskLayout): string {
  const header = [
    'label: gpt',
    `label-id: ${layout.diskGuid}`,
    'unit: sectors',
    'first-lba: 34',
    `sector-size: ${SECTOR}`,
  ];
  const rows = partitionLabels.map((label) => {
    const p = layout.partitions[label];
    return `start=${p.start / SECTOR}, size=${p.length / SECTOR}, type=${p.type}, uuid=${p.guid}, name="${label}"`;
  });
  return `${[...header, '', ...rows].join('\n')}\n`;
}

/** A version 8 UUID (RFC 9562, section 5.8) from a name: the same name gives the same id on every host. */
export function stableGuid(name: string): string {
  const bytes = createHash('sha256').update(`kiln:${name}`).digest().subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  const hex = bytes.toString('hex').toUpperCase();
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
