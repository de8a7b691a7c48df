import type { UpdateOffer } from '../../../contract/updates/offer.ts';
import type { OfferSummary } from '../../../contract/updates/protocol.ts';
import { columns, plain, plainLine, shownTime } from './plain.ts';

/** What is on offer, a line for each version. */
export function offersText(offers: readonly OfferSummary[]): string {
  if (offers.length === 0) return 'Nothing is on offer.\n';
  const rows = offers.map(({ version, severity, bytes, created, refusals: [first, ...more] }) => {
    const others = more.length === 0 ? '' : ` and ${more.length} more`;
    const taken = first === undefined ? 'yes' : `no [${first.rule}]${others}`;
    return [version, severity, `${(bytes / 2 ** 20).toFixed(1)} MiB`, shownTime(created), taken];
  });
  return columns([['Version', 'Severity', 'Size', 'Created', 'May be taken'], ...rows]);
}

/** All that a channel says of a version. The words are the publisher's: nothing in them reaches the terminal but text. */
export function offerText(offer: UpdateOffer): string {
  const { withdrawn, instruction, fixes, minimumVersion, rolloutPercent } = offer;
  const rows: readonly (readonly [label: string, text: string | undefined])[] = [
    ['Version', `${offer.version} of ${offer.image}, ${offer.severity}`],
    ['Created', shownTime(offer.created)],
    ['Withdrawn', withdrawn === null ? undefined : `on ${shownTime(withdrawn.at)}: ${plainLine(withdrawn.reason)}`],
    ['Tracks', offer.tracks.join(', ')],
    ['Offered to', rolloutPercent === 100 ? undefined : `${rolloutPercent} % of all appliances so far`],
    ['Fixes', fixes.length === 0 ? 'no CVE' : fixes.join(', ')],
    ['From', minimumVersion === null ? 'any older version' : `${minimumVersion} or newer`],
    ['Downtime', `${offer.downtimeMinutes} minutes planned`],
    ['To do', instruction === null ? 'nothing' : plainLine(instruction)],
  ];
  const head = rows.map(([label, text]) => (text === undefined ? '' : `${`${label}:`.padEnd(12)}${text}\n`)).join('');
  const notes = plain(offer.notes).trim();
  return notes === '' ? head : `${head}\n${notes}\n`;
}
