import type { Gpt } from '../../formats/gpt.ts';
import type { MapEntry } from '../../tools/qemu-disk.ts';

/** A stretch the guest wrote to where it must not. */
export interface Stray {
  /** Label of the partition, or `between partitions`. */
  readonly where: string;
  /** Bytes from the start of the disk. */
  readonly start: number;
  readonly length: number;
}

/**
 * The primary partition table's sectors and the rest of their cluster, which the bios partition at 1 MiB does not
 * share. Growth writes them; the boot code in the first sector is compared apart.
 */
const TABLE_BYTES = 64 * 1024;

/**
 * Finds what a guest wrote outside the partitions that are its own. The backup table needs no exception: data is the
 * last partition, and where the table lay before, between and after, is at or behind data's end.
 * @param map of the overlay, its clusters no larger than 64 KiB
 * @param gpt the table the artifact ships with
 * @param own labels of the partitions that may be written
 */
export function strayWrites(map: readonly MapEntry[], gpt: Gpt, own: readonly string[]): Stray[] {
  const data = gpt.partitions.find((partition) => partition.label === 'data');
  const end = data === undefined ? Number.POSITIVE_INFINITY : data.start;
  const strays: Stray[] = [];
  for (const entry of map) {
    if (entry.depth !== 0 || !entry.present) continue;
    for (const piece of pieces(entry, gpt)) {
      if (piece.start + piece.length <= TABLE_BYTES || piece.start >= end || own.includes(piece.where)) continue;
      strays.push(piece);
    }
  }
  return strays;
}

/** Cuts a stretch at the borders of partitions. */
function pieces({ start, length }: MapEntry, gpt: Gpt): Stray[] {
  const borders = new Set([TABLE_BYTES, ...gpt.partitions.flatMap((p) => [p.start, p.start + p.length])]);
  const cuts = [...borders].filter((border) => border > start && border < start + length).sort((a, b) => a - b);
  const ends = [...cuts, start + length];
  return ends.map((to, index) => {
    const from = index === 0 ? start : (ends[index - 1] ?? start);
    const inside = gpt.partitions.find((p) => from >= p.start && from < p.start + p.length);
    return { where: inside?.label ?? 'between partitions', start: from, length: to - from };
  });
}

export function describeStray({ where, start, length }: Stray): string {
  return `${where}: ${length} bytes at offset ${start} (0x${start.toString(16)})`;
}
