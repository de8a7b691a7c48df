import { BLOCK_BYTES } from '../blocks.ts';
import { copyRuns } from '../copy-runs.ts';
import type { DiskImage } from '../disk-image.ts';
import { writeFully } from '../file-digest.ts';
import { type DiskSurvey, dataRuns } from '../survey.ts';
import { derivedUuid } from '../uuid.ts';
import { withFiles } from '../with-files.ts';
import { blockTable } from './bat.ts';
import { fileIdentifier, regionTable, vhdxHeader } from './header.ts';
import { BAT_OFFSET, batLength, HEADER_OFFSETS, METADATA, REGION_TABLE_OFFSETS } from './layout.ts';
import { metadataRegion } from './metadata.ts';

/**
 * Writes a dynamic VHDX with 1 MiB blocks, of which only those with data are present. All ids come from the disk's
 * digest, so equal disks give equal files.
 * @returns length of the file in bytes
 */
export async function writeDynamicVhdx(
  disk: DiskImage,
  survey: DiskSurvey,
  path: string,
  signal: AbortSignal,
): Promise<number> {
  const { sizeBytes, digest } = survey;
  const table = blockTable(survey);
  const length = BAT_OFFSET + batLength(sizeBytes) + table.placeOf.size * BLOCK_BYTES;
  const ids = {
    fileWrite: derivedUuid(digest, 'vhdx/file-write'),
    dataWrite: derivedUuid(digest, 'vhdx/data-write'),
  };
  const place = (offset: number): number => {
    const block = table.placeOf.get(Math.floor(offset / BLOCK_BYTES));
    if (block === undefined) throw new RangeError(`offset ${offset} is in no block with data`);
    return block + (offset % BLOCK_BYTES);
  };
  await withFiles(disk.path, path, async (from, to) => {
    await to.truncate(length);
    await writeFully(to, fileIdentifier(), 0);
    for (const [i, offset] of HEADER_OFFSETS.entries()) await writeFully(to, vhdxHeader(i, ids), offset);
    for (const offset of REGION_TABLE_OFFSETS) await writeFully(to, regionTable(sizeBytes), offset);
    await writeFully(to, metadataRegion(sizeBytes, derivedUuid(digest, 'vhdx/disk')), METADATA.offset);
    await writeFully(to, table.bytes, BAT_OFFSET);
    await copyRuns(from, to, withinBlocks(survey), place, signal);
  });
  return length;
}

/** Runs of data cut at block ends, because neighbours on the disk need not stay neighbours in general. */
function* withinBlocks(survey: DiskSurvey): Generator<{ start: number; length: number }> {
  for (const run of dataRuns(survey)) {
    const end = run.start + run.length;
    for (let start = run.start; start < end; ) {
      const length = Math.min(end, (Math.floor(start / BLOCK_BYTES) + 1) * BLOCK_BYTES) - start;
      yield { start, length };
      start += length;
    }
  }
}
