import { stat } from 'node:fs/promises';
import { KilnError } from '../errors.ts';
import type { Exec } from '../exec/run.ts';
import type { DiskImage, Extent } from '../formats/disk-image.ts';

/** Looking at a disk is quick; ten minutes is for a host that is very short of everything. */
const MAP_LIMIT_SECONDS = 600;
const CONVERT_LIMIT_SECONDS = 3600;
const MAX_COROUTINES = 16;

/**
 * Asks where the data of a raw file lies. What a file system does not tell apart (a filled stretch of zeros) counts
 * as data.
 * @param path of the raw file, absolute
 * @throws {KilnError} `disk-invalid` when the answer is not a map of that file
 */
export async function readDiskImage(exec: Exec, path: string): Promise<DiskImage> {
  const { stdout } = await exec.run(['qemu-img', 'map', '--output=json', '-f', 'raw', path], {
    purpose: 'find the data on the disk',
    timeoutSeconds: MAP_LIMIT_SECONDS,
  });
  const { size: sizeBytes } = await stat(path);
  return { path, sizeBytes, extents: parseMap(stdout, path, sizeBytes) };
}

function parseMap(stdout: string, path: string, sizeBytes: number): Extent[] {
  const extents: Extent[] = [];
  let map: unknown;
  try {
    map = JSON.parse(stdout);
  } catch (cause) {
    throw badMap(path, cause);
  }
  if (!Array.isArray(map)) throw badMap(path);
  for (const entry of map as unknown[]) {
    if (!isMapEntry(entry)) throw badMap(path);
    const { start, data, zero } = entry;
    // qemu-img rounds the end of an odd-sized file up to a sector.
    const length = Math.min(entry.length, sizeBytes - start);
    if (!data || zero || length <= 0) continue;
    const last = extents.at(-1);
    if (last !== undefined && last.start + last.length === start) last.length += length;
    else extents.push({ start, length });
  }
  return extents;
}

interface MapEntry {
  start: number;
  length: number;
  data: boolean;
  zero: boolean;
}

function isMapEntry(entry: unknown): entry is MapEntry {
  if (typeof entry !== 'object' || entry === null) return false;
  const { start, length, data, zero } = entry as Record<string, unknown>;
  return (
    Number.isSafeInteger(start) &&
    Number.isSafeInteger(length) &&
    typeof data === 'boolean' &&
    typeof zero === 'boolean'
  );
}

function badMap(path: string, cause?: unknown): KilnError {
  return new KilnError({
    code: 'disk-invalid',
    message: `${path}: qemu-img gave no map of the disk`,
    hint: 'Run `qemu-img map --output=json -f raw` on the file to see what it says.',
    cause,
  });
}

/**
 * Converts a raw disk to a compressed qcow2. Writes stay in order (no `-W`): out of order the same disk would give
 * other bytes each time.
 * @param threads how much may be under way at once, at least 1
 */
export async function convertToQcow2(exec: Exec, raw: string, qcow2: string, threads: number): Promise<void> {
  const coroutines = String(Math.min(MAX_COROUTINES, threads));
  await exec.run(
    [
      'qemu-img',
      'convert',
      '-f',
      'raw',
      '-O',
      'qcow2',
      '-c',
      '-o',
      'compression_type=zstd',
      '-m',
      coroutines,
      raw,
      qcow2,
    ],
    { purpose: 'write the qcow2', timeoutSeconds: CONVERT_LIMIT_SECONDS },
  );
}
