import { compareVersions } from '../../contract/version.ts';
import { table } from '../report/table.ts';
import { type Entry, entriesOf } from './entries.ts';
import { type Role, roles } from './keys.ts';
import { DAY_MS, lifetimesOf } from './lifetimes.ts';
import { readRepository } from './repository.ts';

/** A role is told of when less than this share of its life is left: with the default lifetimes, after two nights without the job. */
const WARN_SHARE = 1 / 3;

export interface ChannelListing {
  readonly entries: readonly Entry[];
  readonly expires: readonly { readonly role: Role; readonly at: string; readonly daysLeft: number }[];
  /** What somebody has to do soon. */
  readonly warnings: readonly string[];
}

/** What a channel offers, and how long it holds. @throws {KilnError} `channel-invalid` */
export async function listChannel(channel: string, now: Date): Promise<ChannelListing> {
  const repository = await readRepository(channel);
  const expires = roles.map((role) => {
    const at = repository[role].expires;
    return { role, at, daysLeft: Math.floor((Date.parse(at) - now.getTime()) / DAY_MS) };
  });
  const lifetimes = lifetimesOf(repository.root);
  const soon = expires.filter(({ role, at }) => Date.parse(at) - now.getTime() < lifetimes[role] * DAY_MS * WARN_SHARE);
  const byVersion = (a: Entry, b: Entry): number => compareVersions(a.offer.version, b.offer.version);
  return {
    entries: entriesOf(repository.targets).sort(byVersion),
    expires,
    warnings: soon.map(
      ({ role, at, daysLeft }) => `${role} ${daysLeft < 0 ? 'has ended' : 'ends'} at ${at}: ${remedy[role]}`,
    ),
  };
}

const remedy: Readonly<Record<Role, string>> = {
  root: 'sign it again with the root keys, kiln channel renew',
  targets: 'sign it again with the targets keys, kiln channel renew',
  snapshot: 'kiln channel refresh has not run',
  timestamp: 'kiln channel refresh has not run',
};

/** The listing for a person. */
export function listingText({ entries, expires, warnings }: ChannelListing): string {
  const rows = entries.map(({ offer }) => [
    offer.version,
    offer.tracks.join(','),
    offer.severity,
    offer.withdrawn === null ? `${offer.rolloutPercent} %` : 'withdrawn',
    String(offer.fixes.length),
    offer.withdrawn?.reason ?? offer.minimumVersion ?? '',
  ]);
  const head = ['VERSION', 'TRACKS', 'SEVERITY', 'ROLL-OUT', 'CVES', 'FROM / WHY'];
  return [
    entries.length === 0 ? 'Nothing is in this channel yet: kiln channel add.' : table([head, ...rows], [4]),
    '',
    table(
      [['ROLE', 'HOLDS UNTIL', 'DAYS'], ...expires.map(({ role, at, daysLeft }) => [role, at, String(daysLeft)])],
      [2],
    ),
    ...warnings.map((line) => `warning: ${line}`),
  ].join('\n');
}
