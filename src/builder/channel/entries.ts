import { TargetFile, Targets } from '@tufjs/models';
import type { UpdateOffer } from '../../contract/updates/offer.ts';
import { OfferFormatError, parseOffer } from '../../contract/updates/parse-offer.ts';
import { channelInvalid } from './invalid.ts';
import { expiresIn, type Lifetimes } from './lifetimes.ts';
import { SPECIFICATION } from './repository.ts';

/** A bundle in a channel. */
export interface Entry {
  /** File name of the bundle. */
  readonly file: string;
  /** Bytes. */
  readonly length: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
  readonly offer: UpdateOffer;
}

/**
 * The bundles of a channel, by file name.
 * @throws {KilnError} `channel-invalid` when one of them is not in the form of this version of Kiln
 */
export function entriesOf(targets: Targets): Entry[] {
  return Object.values(targets.targets)
    .map(({ path, length, hashes, custom }) => {
      try {
        return { file: path, length, sha256: hashes.sha256 ?? '', offer: parseOffer(custom) };
      } catch (error) {
        if (!(error instanceof OfferFormatError)) throw error;
        throw channelInvalid(
          `${path}: ${error.message}`,
          'This channel was written by another version of Kiln.',
          error,
        );
      }
    })
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

/** @throws {KilnError} `channel-invalid` when the channel does not have that version */
export function entryOf(targets: Targets, version: string): Entry {
  const entries = entriesOf(targets);
  const found = entries.find(({ offer }) => offer.version === version);
  if (found !== undefined) return found;
  const there = entries.map(({ offer }) => offer.version).join(', ') || 'nothing';
  throw channelInvalid(`the channel has no version ${version}; it has ${there}`, 'See kiln channel list.');
}

/** The list with one entry put in or replaced, one version on. */
export function withEntry(targets: Targets, entry: Entry, now: Date, lifetimes: Lifetimes): Targets {
  const target = new TargetFile({
    path: entry.file,
    length: entry.length,
    hashes: { sha256: entry.sha256 },
    unrecognizedFields: { custom: JSON.parse(JSON.stringify(entry.offer)) },
  });
  return new Targets({
    ...{ version: targets.version + 1, specVersion: SPECIFICATION, expires: expiresIn(now, lifetimes.targets) },
    targets: { ...targets.targets, [entry.file]: target },
  });
}
