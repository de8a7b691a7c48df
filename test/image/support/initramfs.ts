import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createExec } from '../../../src/builder/exec/run.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const MAGIC = '070701';
const ZSTD_MAGIC = 0xfd2fb528;
const HEADER_BYTES = 110;

/**
 * Names of the files in an initramfs. Debian's begins with plain archives of what is compressed already, and ends with
 * a compressed one. Source: Linux, Documentation/driver-api/early-userspace/buffer-format.rst.
 */
export async function initramfsNames(file: string): Promise<string[]> {
  const data = await readFile(file);
  const names: string[] = [];
  let at = 0;
  while (at < data.length) {
    if (data[at] === 0) at += 1;
    else if (data.toString('latin1', at, at + MAGIC.length) === MAGIC) at = readArchive(data, at, names);
    else if (data.readUInt32LE(at) === ZSTD_MAGIC) {
      readArchive(await decompress(data.subarray(at)), 0, names);
      return names;
    } else throw new Error(`neither an archive nor zstd at byte ${at} of the initramfs`);
  }
  return names;
}

/** @returns where the archive ends */
function readArchive(data: Buffer, start: number, names: string[]): number {
  const align = (offset: number): number => start + Math.ceil((offset - start) / 4) * 4;
  let at = start;
  for (;;) {
    if (data.toString('latin1', at, at + MAGIC.length) !== MAGIC) throw new Error('a damaged archive in the initramfs');
    const field = (index: number): number =>
      Number.parseInt(data.toString('latin1', at + 6 + 8 * index, at + 14 + 8 * index), 16);
    const nameEnd = at + HEADER_BYTES + field(11);
    const name = data.toString('utf8', at + HEADER_BYTES, nameEnd - 1);
    at = align(align(nameEnd) + field(6));
    if (name === 'TRAILER!!!') return at;
    names.push(name);
  }
}

async function decompress(data: Buffer): Promise<Buffer> {
  const folder = tempFolder();
  await writeFile(join(folder, 'main.zst'), data);
  await createExec(new AbortController().signal).run(['zstd', '-q', '-d', join(folder, 'main.zst')], {
    purpose: 'unpack the initramfs',
    timeoutSeconds: 300,
  });
  return readFile(join(folder, 'main'));
}
