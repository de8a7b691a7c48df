import { open } from 'node:fs/promises';
import type { DiskImage, Extent } from '../../../src/builder/formats/disk-image.ts';

/** Writes a sparse raw disk with `pieces` of data in it; the extents are the pieces' own. */
export async function writeSampleDisk(
  path: string,
  sizeBytes: number,
  pieces: readonly { start: number; data: Uint8Array }[],
): Promise<DiskImage> {
  const file = await open(path, 'w');
  try {
    await file.truncate(sizeBytes);
    for (const { start, data } of pieces) await file.write(data, 0, data.length, start);
  } finally {
    await file.close();
  }
  const extents: Extent[] = pieces.map(({ start, data }) => ({ start, length: data.length }));
  return { path, sizeBytes, extents };
}

/** Bytes that do not compress, the same each time: a xorshift generator. */
export function noise(length: number, seed = 1): Uint8Array {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** Bytes that compress well. */
export function text(length: number): Uint8Array {
  return Buffer.alloc(length, 'All work and no play makes a dull appliance.\n');
}
