import { constants, crc32, deflateRawSync } from 'node:zlib';
import { BLOCK_BYTES, GRAIN_BYTES, GRAINS_PER_BLOCK } from '../blocks.ts';
import { adler32 } from '../deflate/adler32.ts';
import type { DeflatedBlock, Jobs } from './jobs.ts';
import { readFully, withFile } from './read-at.ts';

/**
 * Deflates each grain from a fresh state and ends it with an empty stored block instead of a final one, so that the
 * pieces begin and end on byte boundaries, refer to nothing before them, and can be chained or closed at will.
 */
export function deflateBlock({ path, block, mask, level }: Jobs['deflate']['input']): DeflatedBlock {
  const plain = Buffer.allocUnsafe(BLOCK_BYTES);
  withFile(path, (fd) => readFully(fd, plain, block * BLOCK_BYTES));
  const pieces: Buffer[] = [];
  const adlers: number[] = [];
  const crcs: number[] = [];
  for (let i = 0; i < GRAINS_PER_BLOCK; i++) {
    if ((mask & (1 << i)) === 0) continue;
    const grain = plain.subarray(i * GRAIN_BYTES, (i + 1) * GRAIN_BYTES);
    pieces.push(deflatePiece(grain, level));
    adlers.push(adler32(grain));
    crcs.push(crc32(grain));
  }
  return {
    // Not Buffer.concat: it may answer with a slice of Node's shared pool, which cannot be moved to another thread.
    data: concat(pieces),
    lengths: Uint32Array.from(pieces, (piece) => piece.length),
    adler32: Uint32Array.from(adlers),
    crc32: Uint32Array.from(crcs),
  };
}

/** Raw deflate (RFC 1951) of `plain`, flushed to a byte boundary and not ended. */
export function deflatePiece(plain: Uint8Array, level: number): Buffer {
  return deflateRawSync(plain, { level, chunkSize: GRAIN_BYTES + 4096, finishFlush: constants.Z_SYNC_FLUSH });
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
