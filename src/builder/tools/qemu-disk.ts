import { KilnError } from '../errors.ts';
import type { Exec } from '../exec/run.ts';

const LIMIT_SECONDS = 600;

/** A stretch of a qcow2 overlay. */
export interface MapEntry {
  readonly start: number;
  readonly length: number;
  /** 0: written to the overlay itself; 1 and more: comes from the disks below. */
  readonly depth: number;
  /** False past the end of the disk below, where nothing was written. */
  readonly present: boolean;
}

/** The name by which qemu-img opens a tree of block nodes; see qemu(1), "json:". */
export function jsonName(block: object): string {
  return `json:${JSON.stringify(block)}`;
}

/** @returns the size a guest sees, in bytes */
export async function virtualSize(exec: Exec, block: object): Promise<number> {
  const argv = ['qemu-img', 'info', '--output=json', jsonName(block)] as const;
  const info = (await json(exec, argv, 'read the disk’s header')) as { 'virtual-size'?: unknown } | null;
  return typeof info?.['virtual-size'] === 'number' ? info['virtual-size'] : bad(argv);
}

/** Makes a qcow2 that takes all writes, so that the disk below is never written. */
export async function createOverlay(
  exec: Exec,
  below: { block: object; driver: string },
  overlay: string,
  sizeBytes: number,
): Promise<void> {
  await exec.run(
    [
      ...(['qemu-img', 'create', '-q', '-f', 'qcow2'] as const),
      ...['-b', jsonName(below.block), '-F', below.driver, overlay, String(sizeBytes)],
    ],
    { purpose: 'make a disk for the guest to write to', timeoutSeconds: LIMIT_SECONDS },
  );
}

export async function readMap(exec: Exec, overlay: string): Promise<MapEntry[]> {
  const argv = ['qemu-img', 'map', '--output=json', '-f', 'qcow2', overlay] as const;
  const map = await json(exec, argv, 'find what the guest wrote');
  if (!Array.isArray(map) || !map.every(isMapEntry)) return bad(argv);
  return map;
}

/**
 * Copies a stretch of a disk to a sparse raw file.
 * @param start and `length` in bytes, whole sectors
 */
export async function copyRange(
  exec: Exec,
  block: object,
  range: { start: number; length: number },
  target: string,
): Promise<void> {
  const part = { driver: 'raw', offset: range.start, size: range.length, file: block };
  await exec.run(['qemu-img', 'convert', '-O', 'raw', jsonName(part), target], {
    purpose: 'read a part of the disk',
    timeoutSeconds: LIMIT_SECONDS,
  });
}

/** Unpacks a disk of any form into a sparse raw file. */
export async function convertToRaw(exec: Exec, block: object, target: string): Promise<void> {
  await exec.run(['qemu-img', 'convert', '-O', 'raw', jsonName(block), target], {
    purpose: 'unpack the disk',
    timeoutSeconds: LIMIT_SECONDS,
  });
}

/** @returns what `qemu-img check` has to say against a qcow2; undefined when it found nothing */
export async function checkQcow2Image(exec: Exec, path: string): Promise<string | undefined> {
  const { exitCode, stdout, stderr } = await exec.run(['qemu-img', 'check', '-f', 'qcow2', path], {
    purpose: 'check the qcow2',
    timeoutSeconds: LIMIT_SECONDS,
    // 1: it could not be opened; 2: corruption; 3: leaked clusters.
    okCodes: [0, 1, 2, 3],
  });
  return exitCode === 0 ? undefined : (stderr || stdout).trim().split('\n')[0];
}

async function json(exec: Exec, argv: readonly [string, ...string[]], purpose: string): Promise<unknown> {
  const { stdout } = await exec.run(argv, { purpose, timeoutSeconds: LIMIT_SECONDS });
  try {
    return JSON.parse(stdout);
  } catch {
    return bad(argv);
  }
}

function isMapEntry(entry: unknown): entry is MapEntry {
  if (typeof entry !== 'object' || entry === null) return false;
  const { start, length, depth, present } = entry as Record<string, unknown>;
  return [start, length, depth].every(Number.isSafeInteger) && typeof present === 'boolean';
}

function bad(argv: readonly string[]): never {
  throw new KilnError({
    code: 'tool-failed',
    message: `qemu-img gave another answer than expected: ${argv.join(' ')}`,
    hint: 'Run the command by hand to see what it says. QEMU 7.2 or later is needed.',
  });
}
