import { lookup } from 'node:dns/promises';
import type { Configuration } from '../../../contract/configuration/configuration.ts';
import { isException } from '../../platform/proxy-exception.ts';
import type { Destination } from '../firewall.ts';
import { ChannelError } from './channel-error.ts';
import type { FetchOptions } from './channel-fetcher.ts';

/** For one file of metadata; a bundle has the time of its window. */
const LIMIT_SECONDS = 60;

/** How the channel is reached. */
export interface Way {
  readonly options: FetchOptions;
  /** What the firewall has to let through: the channel's host, or the proxy. */
  readonly destinations: readonly Destination[];
}

/**
 * Finds the way to a channel.
 * @param authorities PEM of what is trusted for https
 * @throws {ChannelError} `unreachable` when a name is not known
 */
export async function wayTo(
  channel: string,
  { proxy }: Pick<Configuration, 'proxy'>,
  authorities: string,
  userAgent: string,
): Promise<Way> {
  const target = new URL(channel);
  const isDirect = proxy === null || isException(target.hostname, proxy.exceptions);
  const next = isDirect ? target : new URL(proxy.url);
  const options: FetchOptions = {
    authorities,
    limitSeconds: LIMIT_SECONDS,
    userAgent,
    ...(isDirect ? {} : { proxy: withLogin(proxy) }),
  };
  return { options, destinations: await destinationsOf(next) };
}

async function destinationsOf(url: URL): Promise<Destination[]> {
  const port = Number(url.port || (url.protocol === 'https:' ? 443 : 80));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const found = await lookup(host, { all: true }).catch((error: Error) => {
    throw new ChannelError('unreachable', `${host}: ${error.message}`, error);
  });
  return found.map(({ address }) => ({ address, port }));
}

function withLogin({ url, username, password }: NonNullable<Configuration['proxy']>): string {
  const proxy = new URL(url);
  proxy.username = encodeURIComponent(username ?? '');
  proxy.password = encodeURIComponent(password ?? '');
  return proxy.href;
}
