import { FieldReader } from '../payload-checks/field-reader.ts';
import { IMAGE, orNull, readTime, readVersion, SHA256 } from './field-forms.ts';
import { severities, tracks, type UpdateOffer } from './offer.ts';

/** Shown on terminals: nothing that could move a cursor. */
const NOTES = /^(?:[^\p{C}]|[\n\t]){0,32768}$/u;
/** One line, and never an empty one: who withdraws says why. */
const LINE = /^[^\p{C}]{1,1000}$/u;
const CVE = /^CVE-\d{4}-\d{4,19}$/;
const MAX_FIXES = 1000;
const NAMES = [
  ...['schemaVersion', 'image', 'version', 'created', 'tracks', 'severity', 'notes', 'fixes', 'minimumVersion'],
  ...['downtimeMinutes', 'instruction', 'rolloutPercent', 'withdrawn', 'manifestHash'],
];

/** What a channel says of a bundle is not what it should be. Every fault is listed, each with its place. */
export class OfferFormatError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('; '));
    this.name = 'OfferFormatError';
    this.faults = faults;
  }
}

/**
 * Accepts the `custom` field of a target. The channel's keys vouch for who wrote it, and not for its form. Fields that
 * this version does not know are left out: a later Kiln may write more.
 * @throws {OfferFormatError}
 */
export function parseOffer(custom: unknown): UpdateOffer {
  const faults: string[] = [];
  const known =
    typeof custom === 'object' && custom !== null && !Array.isArray(custom)
      ? Object.fromEntries(Object.entries(custom).filter(([name]) => NAMES.includes(name)))
      : custom;
  const offer = readOffer(new FieldReader(faults), known, 'offer');
  if (faults.length > 0) throw new OfferFormatError(faults);
  // In one order, whoever wrote it.
  return { ...offer, tracks: tracks.filter((track) => offer.tracks.includes(track)) };
}

/** Takes what a channel says of a bundle; faults are the reader's. */
export function readOffer(read: FieldReader, value: unknown, at: string): UpdateOffer {
  const fields = read.object(value, at, NAMES);
  const place = (name: string): string => `${at}.${name}`;
  read.number(fields.schemaVersion, place('schemaVersion'), 1, 1);
  const offer: UpdateOffer = {
    schemaVersion: 1,
    image: read.text(fields.image, place('image'), IMAGE),
    version: readVersion(read, fields.version, place('version')),
    created: readTime(read, fields.created, place('created')),
    tracks: read.list(fields.tracks, place('tracks'), tracks.length, (one, where) => read.oneOf(one, where, tracks)),
    severity: read.oneOf(fields.severity, place('severity'), severities),
    notes: read.text(fields.notes, place('notes'), NOTES),
    fixes: read.list(fields.fixes, place('fixes'), MAX_FIXES, (one, where) => read.text(one, where, CVE)),
    minimumVersion: orNull(fields.minimumVersion, (one) => readVersion(read, one, place('minimumVersion'))),
    downtimeMinutes: read.number(fields.downtimeMinutes, place('downtimeMinutes'), 0, 1440),
    instruction: orNull(fields.instruction, (one) => read.text(one, place('instruction'), LINE)),
    rolloutPercent: read.number(fields.rolloutPercent, place('rolloutPercent'), 0, 100),
    withdrawn: orNull(fields.withdrawn, (one) => {
      const { at: time, reason } = read.object(one, place('withdrawn'), ['at', 'reason']);
      return {
        at: readTime(read, time, place('withdrawn.at')),
        reason: read.text(reason, place('withdrawn.reason'), LINE),
      };
    }),
    manifestHash: read.text(fields.manifestHash, place('manifestHash'), SHA256),
  };
  if (offer.tracks.length === 0 || new Set(offer.tracks).size < offer.tracks.length)
    read.fault(place('tracks'), 'at least one track, each once');
  return offer;
}
