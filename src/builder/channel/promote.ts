import type { Release } from '../../contract/release.ts';
import { tracks } from '../../contract/updates/offer.ts';
import { KilnError } from '../errors.ts';
import { readRelease } from '../smoke/release-folder.ts';
import { changeTargets, type Write } from './change.ts';
import { type Entry, entryOf } from './entries.ts';
import { channelInvalid } from './invalid.ts';
import { readSmokeReport, readUpdateReport } from './reports.ts';

/**
 * Puts a bundle on the stable track, for a share of the appliances. Only what was booted on every platform and installed
 * over earlier versions, in exactly these bytes, gets there.
 * @param folder of the release, with its reports
 * @throws {KilnError} `not-released` with all that is missing; `channel-invalid`
 */
export async function promoteToStable(write: Write, folder: string, rolloutPercent: number): Promise<Entry> {
  const release = await readRelease(folder);
  const missing = [...(await smokeFaults(folder, release)), ...(await updateFaults(folder, release))];
  if (missing.length > 0) {
    throw new KilnError({
      code: 'not-released',
      message: `${release.image} ${release.version} may not become stable:\n  ${missing.join('\n  ')}`,
      hint: 'Test the release as it is: kiln smoke. There is no way past this.',
    });
  }
  return changeTargets(write, (targets) => {
    const entry = entryOf(targets, release.version);
    if (entry.sha256 !== release.bundle?.sha256)
      throw channelInvalid(
        `the channel’s bundle of ${release.version} is not that of ${folder}`,
        'Name the folder that was added.',
      );
    if (entry.offer.withdrawn !== null)
      throw channelInvalid(
        `${release.version} was withdrawn: ${entry.offer.withdrawn.reason}`,
        'Release the next version.',
      );
    const on = tracks.filter((track) => track === 'stable' || entry.offer.tracks.includes(track));
    return { ...entry, offer: { ...entry.offer, tracks: on, rolloutPercent } };
  });
}

async function smokeFaults(folder: string, release: Release): Promise<string[]> {
  const guests = await readSmokeReport(folder);
  if (guests === undefined) return ['smoke/smoke.json is missing: the release was not booted'];
  const red = guests.filter(({ verdict }) => verdict !== 'passed').map(({ name }) => `smoke: ${name} failed`);
  const untested = release.artifacts
    .filter((artifact) => !guests.some(({ sha256, faulty }) => sha256 === artifact.sha256 && !faulty))
    .map(({ file }) => `smoke: ${file} was not booted in these bytes`);
  return [...red, ...untested];
}

async function updateFaults(folder: string, { bundle }: Release): Promise<string[]> {
  const report = await readUpdateReport(folder);
  if (report === undefined) return ['update/update.json is missing: no appliance was updated to it'];
  if (report.bundleSha256 !== bundle?.sha256) return ['update: the report is of another bundle'];
  return report.passed ? [] : ['update: the run failed'];
}
