import type { FileDigest } from '../file-digest.ts';

/** A 64 KiB piece of the disk, deflated on its own. */
export interface DeflatedGrain {
  /** Byte offset on the disk, a multiple of 64 KiB. */
  offset: number;
  /** Raw deflate that ends on a byte boundary with an empty stored block; no final block. */
  deflated: Uint8Array;
  /** Adler-32 and CRC-32 of the 65,536 plain bytes. */
  adler32: number;
  crc32: number;
}

/** Takes the disk's non-zero grains in order of offset, once each, and makes a file of them. */
export interface GrainSink {
  /** The next call comes only when this one has ended. */
  add(grains: readonly DeflatedGrain[]): Promise<void>;
  finish(): Promise<FileDigest>;
  /** Removes what was written. */
  abandon(): Promise<void>;
}

/** Closes a chain of deflated pieces: a final block with fixed codes and nothing in it (RFC 1951, section 3.2.6). */
export const FINAL_BLOCK = Uint8Array.of(0x03, 0x00);
