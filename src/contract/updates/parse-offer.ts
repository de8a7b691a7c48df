import { severities, tracks, type UpdateOffer } from './offer.ts';

/** What a channel says of a bundle is not what it should be. Every fault is listed, each with its place. */
export class OfferFormatError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('; '));
    this.name = 'OfferFormatError';
    this.faults = faults;
  }
}

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
const VERSION = /^\d{1,9}\.\d{1,9}\.\d{1,9}(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const CVE = /^CVE-\d{4}-\d{4,10}$/;
const SHA256 = /^[0-9a-f]{64}$/;
/** One line, as it is shown on a terminal. */
const LINE = /^[^\p{C}]{1,500}$/u;
/** Several lines; no other control characters. */
const TEXT = /^(?:[^\p{C}]|[\n\t])*$/u;
const MAX_NOTES = 32 * 1024;
const MAX_FIXES = 500;
const MAX_DOWNTIME = 24 * 60;

/**
 * Accepts the `custom` field of a target. The channel's keys vouch for who wrote it, and not for its form. Fields that
 * this version does not know are left out.
 * @throws {OfferFormatError}
 */
export function parseOffer(custom: unknown): UpdateOffer {
  const faults: string[] = [];
  const fields = isRecord(custom) ? custom : {};
  if (!isRecord(custom)) faults.push('(offer): expected an object');
  const value = (name: string): unknown => (Object.hasOwn(fields, name) ? fields[name] : undefined);
  const text = (name: string, form: RegExp, what: string, found = value(name)): string => {
    if (typeof found === 'string' && found.length <= MAX_NOTES && form.test(found)) return found;
    faults.push(`${name}: expected ${what}, got ${shown(found)}`);
    return '';
  };
  const whole = (name: string, most: number): number => {
    const found = value(name);
    if (typeof found === 'number' && Number.isInteger(found) && found >= 0 && found <= most) return found;
    faults.push(`${name}: expected a whole number from 0 to ${most}, got ${shown(found)}`);
    return 0;
  };
  const list = (name: string, most: number): readonly unknown[] => {
    const found = value(name);
    if (Array.isArray(found) && found.length <= most) return found;
    faults.push(`${name}: expected a list of at most ${most}, got ${shown(found)}`);
    return [];
  };
  const orNull = <T>(name: string, read: () => T): T | null => (value(name) === null ? null : read());

  if (value('schemaVersion') !== 1) faults.push(`schemaVersion: expected 1, got ${shown(value('schemaVersion'))}`);
  const listed = list('tracks', tracks.length);
  const followed = tracks.filter((track) => listed.includes(track));
  if (followed.length === 0 || followed.length !== listed.length)
    faults.push(`tracks: expected some of ${tracks.join(', ')}, got ${shown(listed)}`);
  const severity = severities.find((known) => known === value('severity'));
  if (severity === undefined)
    faults.push(`severity: expected one of ${severities.join(', ')}, got ${shown(value('severity'))}`);
  const offer: UpdateOffer = {
    schemaVersion: 1,
    image: text('image', NAME, 'a name'),
    version: text('version', VERSION, 'a version like 1.2.3'),
    created: text('created', TIME, 'a time like 2026-01-31T00:00:00Z'),
    tracks: followed,
    severity: severity ?? 'routine',
    notes: text('notes', TEXT, `text of at most ${MAX_NOTES} characters`),
    fixes: list('fixes', MAX_FIXES).map((id, index) => text(`fixes[${index}]`, CVE, 'a CVE id', id)),
    minimumVersion: orNull('minimumVersion', () => text('minimumVersion', VERSION, 'a version like 1.2.3 or null')),
    downtimeMinutes: whole('downtimeMinutes', MAX_DOWNTIME),
    instruction: orNull('instruction', () => text('instruction', LINE, 'one line or null')),
    rolloutPercent: whole('rolloutPercent', 100),
    withdrawn: orNull('withdrawn', () => {
      const found = value('withdrawn');
      const { at, reason } = isRecord(found) ? found : {};
      return {
        at: text('withdrawn.at', TIME, 'a time', at),
        reason: text('withdrawn.reason', LINE, 'one line', reason),
      };
    }),
    manifestHash: text('manifestHash', SHA256, '64 hex digits'),
  };
  if (faults.length > 0) throw new OfferFormatError(faults);
  return offer;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
