import { isIP, isIPv4, isIPv6 } from 'node:net';
import { isTimeZone } from '../updates/window.ts';
import type { Configuration, IpSettings } from './configuration.ts';

/** What a schema cannot say. @returns every mistake, each with its place in the document */
export function brokenRules({ network, dns, ntp, proxy, tls, updates, monitoring }: Configuration): string[] {
  return [
    ...addressRules('/network/ipv4', network.ipv4, isIPv4, 32, '192.0.2.10/24'),
    ...addressRules('/network/ipv6', network.ipv6, isIPv6, 128, '2001:db8::10/64'),
    ...dns.servers.flatMap((server, index) =>
      isIP(server) ? [] : [`/dns/servers/${index}: ${JSON.stringify(server)} is no address`],
    ),
    ...ntp.servers.flatMap((server, index) => hostRule(`/ntp/servers/${index}`, server)),
    ...(proxy === null ? [] : proxyRules(proxy)),
    ...(tls === null ? [] : tlsRules(tls)),
    ...updateRules(updates),
    ...(monitoring.syslog === null ? [] : hostRule('/monitoring/syslog/server', monitoring.syslog.server)),
    ...(monitoring.internetCheck === null
      ? []
      : webAddressRules('/monitoring/internetCheck/url', monitoring.internetCheck.url)),
    ...twice('/monitoring/apiKeys', monitoring.apiKeys),
    ...twice('/monitoring/snmp/users', monitoring.snmp.users),
  ];
}

function addressRules(
  place: string,
  settings: IpSettings<'dhcp' | 'auto'> | null,
  isAddress: (text: string) => boolean,
  bits: number,
  example: string,
): string[] {
  if (settings === null) return [];
  if (settings.method !== 'static') {
    const spare = ['address', 'gateway'].filter((name) => (settings as Record<string, unknown>)[name] != null);
    return spare.map((name) => `${place}/${name}: goes with the method "static" alone`);
  }
  const { address, gateway } = settings;
  const [host = '', length = '', ...rest] = (address ?? '').split('/');
  const mistakes: string[] = [];
  if (!isAddress(host) || !/^\d{1,3}$/.test(length) || Number(length) > bits || Number(length) < 1 || rest.length > 0)
    mistakes.push(`${place}/address: expected an address and its prefix length, such as ${example}`);
  if (gateway != null && !isAddress(gateway))
    mistakes.push(`${place}/gateway: ${JSON.stringify(gateway)} is no address`);
  else if (gateway != null && gateway === host)
    mistakes.push(`${place}/gateway: is the address of the appliance itself`);
  return mistakes;
}

function tlsRules(tls: object): string[] {
  const given = Object.keys(tls).sort().join();
  if (given === 'certificate,key' || given === 'password,pfx') return [];
  return ['/tls: expected "certificate" and "key" in PEM, or "pfx" in Base64 and its "password"'];
}

/** A colon is right in an address alone. */
function hostRule(place: string, host: string): string[] {
  return host.includes(':') && !isIPv6(host) ? [`${place}: ${JSON.stringify(host)} is no name and no address`] : [];
}

function proxyRules({ url, username, password }: NonNullable<Configuration['proxy']>): string[] {
  const mistakes: string[] = [];
  const parsed = URL.parse?.(url) ?? parseUrl(url);
  const isPlain = parsed !== null && parsed.pathname === '/' && parsed.search === '' && parsed.hash === '';
  if (parsed === null || parsed.protocol !== 'http:' || !isPlain || parsed.hostname === '')
    mistakes.push('/proxy/url: expected http://HOST:PORT');
  else if (parsed.username !== '' || parsed.password !== '')
    mistakes.push('/proxy/url: name and password have places of their own, so that they are not shown');
  if (password !== null && username === null) mistakes.push('/proxy/username: is needed where there is a password');
  return mistakes;
}

function updateRules({ checking, channel, window, preApprove }: Configuration['updates']): string[] {
  const zone = window?.timeZone ?? null;
  return [
    ...(channel === null ? [] : webAddressRules('/updates/channel', channel)),
    ...(checking && channel === null ? ['/updates/channel: is needed where checking is on'] : []),
    ...(preApprove !== 'none' && window === null ? ['/updates/window: is needed where updates are pre-approved'] : []),
    ...(zone === null || isTimeZone(zone)
      ? []
      : [`/updates/window/timeZone: ${JSON.stringify(zone)} is no time zone that is known here`]),
  ];
}

function webAddressRules(place: string, url: string): string[] {
  const parsed = parseUrl(url);
  if (parsed === null || parsed.hostname === '') return [`${place}: expected an address such as https://example.com/`];
  return parsed.username === '' && parsed.password === '' ? [] : [`${place}: a login has no place in it`];
}

function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

function twice(place: string, items: readonly { readonly name: string }[]): string[] {
  const names = items.map(({ name }) => name);
  const again = new Set(names.filter((name, index) => names.indexOf(name) < index));
  return [...again].map((name) => `${place}: ${name} is there twice`);
}
