import { readFile } from 'node:fs/promises';
import type { Exec } from '../../exec/run.ts';
import { copyRange } from '../../tools/qemu-disk.ts';

const HEAD_BYTES = 64 * 1024;

/** The first 64 KiB of a disk: boot code and primary partition table. @param file that the bytes go through */
export async function readHead(exec: Exec, block: object, file: string): Promise<Buffer> {
  await copyRange(exec, block, { start: 0, length: HEAD_BYTES }, file);
  return readFile(file);
}
