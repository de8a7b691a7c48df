import { SECTOR_BYTES } from '../blocks.ts';
import { copyRuns } from '../copy-runs.ts';
import type { DiskImage, Extent } from '../disk-image.ts';
import { writeFully } from '../file-digest.ts';
import { type DiskSurvey, dataRuns } from '../survey.ts';
import { derivedUuid } from '../uuid.ts';
import { withFiles } from '../with-files.ts';
import { vhdFooter } from './footer.ts';

/**
 * Writes a fixed VHD: the disk as it is, then the footer. Zeros are left as holes, so the file takes no more room
 * than its data although its length is that of the whole disk.
 * @param epoch seconds since 1970, the time stamp in the footer
 * @returns length of the file and the runs of it that were written; all else is zeros
 */
export async function writeFixedVhd(
  disk: DiskImage,
  survey: DiskSurvey,
  path: string,
  epoch: number,
  signal: AbortSignal,
): Promise<{ sizeBytes: number; runs: Extent[] }> {
  const { sizeBytes, digest } = survey;
  const runs = dataRuns(survey);
  await withFiles(disk.path, path, async (from, to) => {
    await copyRuns(from, to, runs, (offset) => offset, signal);
    await writeFully(to, vhdFooter({ sizeBytes, epoch, uuid: derivedUuid(digest, 'vhd') }), sizeBytes);
  });
  return { sizeBytes: sizeBytes + SECTOR_BYTES, runs: [...runs, { start: sizeBytes, length: SECTOR_BYTES }] };
}
