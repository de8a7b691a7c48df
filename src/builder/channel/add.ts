import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Severity, Track } from '../../contract/updates/offer.ts';
import { OfferFormatError, parseOffer } from '../../contract/updates/parse-offer.ts';
import { sha256File } from '../cache/sha256-file.ts';
import { putDurably } from '../durable-file.ts';
import { bundleFileName } from '../names.ts';
import { readRelease } from '../smoke/release-folder.ts';
import { changeTargets, type Write } from './change.ts';
import { type Entry, entriesOf } from './entries.ts';
import { channelInvalid } from './invalid.ts';
import { targetPath } from './repository.ts';

/** What a person says of a bundle. */
export interface Announcement {
  /** Where a bundle begins; `stable` is reached by promotion alone. */
  readonly track: Exclude<Track, 'stable'>;
  /** Markdown. */
  readonly notes: string;
  readonly severity: Severity;
  /** CVE ids. */
  readonly fixes: readonly string[];
  readonly minimumVersion: string | null;
  readonly downtimeMinutes: number;
  readonly instruction: string | null;
  readonly rolloutPercent: number;
}

/**
 * Puts the bundle of a release into a channel, with what is to be said of it. The file is there before it is named.
 * @param folder of a release, absolute
 * @throws {KilnError} `channel-invalid`, `release-missing`, `release-invalid`
 */
export async function addToChannel(write: Write, folder: string, announced: Announcement): Promise<Entry> {
  const release = await readRelease(folder);
  const { bundle } = release;
  if (bundle === null)
    throw channelInvalid(
      `${folder} has no update bundle: it was baked by a version of Kiln that made none`,
      `Bake it again: this version also makes ${bundleFileName(release.image, release.version)}.`,
    );
  const path = join(folder, bundle.file);
  const found = await sha256File(path);
  if (found !== bundle.sha256)
    throw channelInvalid(
      `${path} is not the file that release.json names`,
      'Copy the release again, or bake it again.',
    );
  const { track, ...said } = announced;
  const offer = checked({
    schemaVersion: 1,
    ...{ image: release.image, version: release.version, created: release.created, tracks: [track] },
    ...{ ...said, fixes: [...said.fixes].sort(), withdrawn: null, manifestHash: bundle.manifestHash },
  });
  const entry: Entry = { file: bundle.file, length: bundle.sizeBytes, sha256: bundle.sha256, offer };
  return changeTargets(write, async (targets) => {
    const there = entriesOf(targets);
    const [other] = there.filter(({ offer: { image } }) => image !== release.image);
    if (other !== undefined)
      throw channelInvalid(
        `this is the channel of ${other.offer.image}, and ${folder} is of ${release.image}`,
        'Each image has a channel of its own.',
      );
    const same = there.find(({ offer: { version } }) => version === release.version);
    if (same !== undefined)
      throw channelInvalid(
        `version ${release.version} is in the channel already`,
        'A version is never replaced: withdraw it and release the next one.',
      );
    const place = targetPath(write.channel, bundle.sha256, bundle.file);
    await mkdir(dirname(place), { recursive: true });
    await putDurably(place, (partial) => copyFile(path, partial));
    return entry;
  });
}

function checked(offer: object) {
  try {
    return parseOffer(offer);
  } catch (error) {
    if (!(error instanceof OfferFormatError)) throw error;
    throw channelInvalid(
      `what is said of the bundle has mistakes:\n  ${error.faults.join('\n  ')}`,
      'Mend the options and add it again.',
      error,
    );
  }
}
