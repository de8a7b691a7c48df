import type { Extent } from '../disk-image.ts';

/** The work that is worth a thread of its own. Each job reads its file itself, so only results cross between threads. */
export interface Jobs {
  /** Which 64 KiB grains of some 1 MiB blocks hold data, and the SHA-256 of each block that does. */
  survey: {
    input: { path: string; firstBlock: number; blocks: number };
    /** One bit a grain, one mask a block; 32 bytes for each block whose mask is not 0, in order. */
    output: { masks: Uint16Array; hashes: Uint8Array };
  };
  /** The grains of one block named by `mask`, each deflated on its own. */
  deflate: {
    input: { path: string; block: number; mask: number; level: number };
    output: DeflatedBlock;
  };
  /** SHA-256 of a file, hex. Bytes outside `runs` are known to be zeros and are not read. */
  hash: {
    input: { path: string; sizeBytes: number; runs: readonly Extent[] };
    output: { sha256: string };
  };
}

export interface DeflatedBlock {
  /** The deflated grains one after another. */
  data: Uint8Array;
  /** Length of each grain in `data`, and the checksums of its 65,536 plain bytes. */
  lengths: Uint32Array;
  adler32: Uint32Array;
  crc32: Uint32Array;
}

export type JobKind = keyof Jobs;

export type Request = { [K in JobKind]: { kind: K; input: Jobs[K]['input'] } }[JobKind];

/** What a worker answers: the job's output, or the failure as plain data because errors lose their code on the way. */
export type Reply = { output: Jobs[JobKind]['output'] } | { failure: { message: string; code?: string } };
