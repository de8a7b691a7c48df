import { createHash } from 'node:crypto';
import { KilnError } from '../errors.ts';
import { BLOCK_BYTES, GRAIN_BYTES, GRAINS_PER_BLOCK } from './blocks.ts';
import type { DiskImage, Extent } from './disk-image.ts';
import { inOrder } from './work/in-order.ts';
import type { WorkPool } from './work/pool.ts';

/** What one reading of a disk tells: where its data really lies, and the digest of its content. */
export interface DiskSurvey {
  sizeBytes: number;
  /** For each 1 MiB block one bit for each of its 64 KiB grains, set when the grain holds a byte other than 0. */
  masks: Uint16Array;
  /** Digest of the content, 64 hex digits; docs/formats.md says how it is made. */
  digest: string;
}

/** Blocks in one job: long enough that the hand-over costs nothing, short enough that an abort is prompt. */
const BLOCKS_PER_JOB = 32;

/**
 * Reads a disk's extents once.
 * @throws {KilnError} `disk-invalid` when the size is not a whole number of MiB or an extent lies outside
 */
export async function surveyDisk(pool: WorkPool, disk: DiskImage): Promise<DiskSurvey> {
  checkGeometry(disk);
  const masks = new Uint16Array(disk.sizeBytes / BLOCK_BYTES);
  const digest = createHash('sha256').update('kiln-disk-v1\n').update(u64le(disk.sizeBytes));
  const results = inOrder(blockRuns(disk), pool.threads * 2, ({ first, count }) =>
    pool.run('survey', { path: disk.path, firstBlock: first, blocks: count }),
  );
  for await (const [{ first }, run] of results) {
    masks.set(run.masks, first);
    let hashes = 0;
    run.masks.forEach((mask, i) => {
      if (mask === 0) return;
      digest.update(u64le(first + i)).update(run.hashes.subarray(hashes, hashes + 32));
      hashes += 32;
    });
  }
  return { sizeBytes: disk.sizeBytes, masks, digest: digest.digest('hex') };
}

/** The 1 MiB blocks that hold data, in order. */
export function* dataBlocks(survey: DiskSurvey): Generator<{ index: number; mask: number }> {
  for (const [index, mask] of survey.masks.entries()) if (mask !== 0) yield { index, mask };
}

/** The non-zero grains as runs of bytes, neighbours put together, in order. */
export function dataRuns(survey: DiskSurvey): Extent[] {
  const runs: Extent[] = [];
  for (const { index, mask } of dataBlocks(survey)) {
    for (let bit = 0; bit < GRAINS_PER_BLOCK; bit++) {
      if ((mask & (1 << bit)) === 0) continue;
      const start = index * BLOCK_BYTES + bit * GRAIN_BYTES;
      const last = runs.at(-1);
      if (last !== undefined && last.start + last.length === start) last.length += GRAIN_BYTES;
      else runs.push({ start, length: GRAIN_BYTES });
    }
  }
  return runs;
}

/** Bytes in non-zero grains. */
export function dataBytes(survey: DiskSurvey): number {
  return dataRuns(survey).reduce((sum, run) => sum + run.length, 0);
}

/** The blocks that extents touch, each once, in runs of at most {@link BLOCKS_PER_JOB}. */
function* blockRuns(disk: DiskImage): Generator<{ first: number; count: number }> {
  let next = 0;
  for (const { start, length } of disk.extents) {
    const end = Math.ceil((start + length) / BLOCK_BYTES);
    next = Math.max(next, Math.floor(start / BLOCK_BYTES));
    while (next < end) {
      const count = Math.min(BLOCKS_PER_JOB, end - next);
      yield { first: next, count };
      next += count;
    }
  }
}

function checkGeometry(disk: DiskImage): void {
  const fail = (what: string): never => {
    throw new KilnError({
      code: 'disk-invalid',
      message: `${disk.path}: ${what}`,
      hint: 'Give the disk a size that is a whole number of GiB in the recipe, and bake again.',
    });
  };
  if (disk.sizeBytes <= 0 || disk.sizeBytes % BLOCK_BYTES !== 0) {
    fail(`${disk.sizeBytes} bytes is not a whole number of MiB`);
  }
  let end = 0;
  for (const { start, length } of disk.extents) {
    if (start < end || length <= 0 || start + length > disk.sizeBytes) {
      fail(`the data run of ${length} bytes at ${start} lies outside the disk or over another`);
    }
    end = start + length;
  }
}

function u64le(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}
