import { execFileSync } from 'node:child_process';
import {
  closeSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { bundleMaker } from './rauc-bundles.ts';

/**
 * A disc with a release's bundle, damaged copies of it, bundles of a stranger for the image `minimal`, and a channel.
 * @param folder for the disc and what it is made from
 * @returns its path
 */
export async function updateDisc(folder: string, bundle: string, channel: string): Promise<string> {
  const content = join(folder, 'disc');
  mkdirSync(content);
  const path = (name: string): string => join(content, `${name}.raucb`);
  copyFileSync(bundle, path('good'));
  const { size } = statSync(path('good'));
  copyFileSync(path('good'), path('truncated'));
  truncateSync(path('truncated'), Math.floor(size * 0.9));
  // Behind the payload lie the hash tree, and the signed manifest with 8 bytes that tell its length.
  const signatureBytes = Number(readFileSync(path('good')).readBigUInt64BE(size - 8));
  for (const [name, position] of [
    ['flipped-signature', size - 100],
    ['flipped-tree', size - 8 - signatureBytes - 2048],
    ['flipped-head', 8],
  ] as const) {
    copyFileSync(path('good'), path(name));
    flip(path(name), position);
  }
  const maker = await bundleMaker(folder);
  for (const spec of [
    { name: 'stranger', compatible: 'minimal', format: 'verity' },
    { name: 'other', compatible: 'another-image', format: 'verity' },
    { name: 'plain', compatible: 'minimal', format: 'plain' },
  ] as const) {
    copyFileSync(maker.make(spec), path(spec.name));
  }
  copyFileSync(maker.authority, join(content, 'authority.pem'));
  cpSync(channel, join(content, 'channel'), { recursive: true });
  const iso = join(folder, 'updates.iso');
  execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-r', '-iso-level', '3', '-V', 'UPDATES', '-o', iso, content]);
  rmSync(content, { recursive: true });
  return iso;
}

function flip(file: string, position: number): void {
  const handle = openSync(file, 'r+');
  try {
    const byte = Buffer.from([(readFileSync(file)[position] ?? 0) ^ 1]);
    writeSync(handle, byte, 0, 1, position);
  } finally {
    closeSync(handle);
  }
}
