import { join } from 'node:path';
import { OfferFormatError, parseOffer } from '../../../contract/updates/parse-offer.ts';
import type { Metadata } from '../rules/facts.ts';
import { ChannelError } from './channel-error.ts';
import { MetadataFile } from './metadata-file.ts';
import { type ChannelView, keptChannel, type RefreshInput, refreshChannel, type Target } from './refresh.ts';

/** What is known of the channel: what the rules look at, and where the bundles are. */
export interface Known {
  readonly metadata: Metadata;
  /** When it ends. */
  readonly expires: Date;
  /** By {@link UpdateOffer.manifestHash}. */
  readonly targets: ReadonlyMap<string, Target>;
}

/** Where the appliance keeps what it has seen of its channel. */
export interface ChannelPlaces {
  /** Folder of the updates, on the data partition. */
  readonly updates: string;
  /** In memory. */
  readonly scratch: string;
}

const keptFile = ({ updates }: ChannelPlaces): MetadataFile => new MetadataFile(join(updates, 'metadata.json'));

/**
 * Asks a channel, or a copy of one.
 * @param tell a sentence for the journal
 * @throws {ChannelError} with what was known before untouched
 */
export async function askChannel(
  places: ChannelPlaces,
  from: Pick<RefreshInput, 'channel' | 'fetcher' | 'builtInRoot'>,
  tell: (message: string) => void,
): Promise<Known> {
  return known(await refreshChannel({ ...from, kept: keptFile(places), scratch: places.scratch }), tell);
}

/** What the channel said last, unless that has ended. */
export async function lastKnown(
  places: ChannelPlaces,
  now: Date,
  tell: (message: string) => void,
): Promise<Known | undefined> {
  const view = await keptChannel(keptFile(places), now);
  return view === undefined ? undefined : known(view, tell);
}

/** Address of a target's file: consistent snapshots put the digest before the name (TUF specification 1.0.33, section 6.2). */
export function targetAddress(channel: string, { path, sha256 }: Pick<Target, 'path' | 'sha256'>): string {
  const base = channel.endsWith('/') ? channel : `${channel}/`;
  return new URL(`targets/${sha256}.${encodeURIComponent(path)}`, base).href;
}

/** What is no offer is passed over, and told of: a later Kiln may write what this one does not know. */
function known(view: ChannelView, tell: (message: string) => void): Known {
  const offers = view.targets.flatMap((target) => {
    if (!/^[a-z0-9][a-z0-9.-]*\.raucb$/.test(target.path)) return [];
    try {
      return [{ target, offer: { ...parseOffer(target.custom), bytes: target.length } }];
    } catch (error) {
      if (!(error instanceof OfferFormatError)) throw error;
      tell(`the channel's ${target.path} is passed over: ${error.message}`);
      return [];
    }
  });
  return {
    metadata: { source: 'channel', offers: offers.map(({ offer }) => offer) },
    expires: view.expires,
    targets: new Map(offers.map(({ offer, target }) => [offer.manifestHash, target])),
  };
}

/** @throws {ChannelError} when there is none */
export function trustedRoot(text: string): string {
  if (text !== '') return text;
  throw new ChannelError('unsigned', 'this image trusts no channel: its recipe names none (updates.channelRoot)');
}
