/** Which property says what a place of the document has, the more exact place first. */
const origins: readonly (readonly [place: string, property: string])[] = [
  ['/hostname', 'hostname'],
  ['/ssh', 'public-keys'],
  ['/network/ipv4/gateway', 'gateway'],
  ['/network/ipv6/gateway', 'gateway'],
  ['/network', 'ip-address'],
  // Where it was given without an address.
  ['/network', 'gateway'],
  ['/dns', 'dns-servers'],
  ['/ntp', 'ntp-servers'],
];

/**
 * What single OVF properties say, as a part of the document.
 * @param properties by their names; empty ones say nothing
 */
export function documentOf(properties: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const { hostname = '', gateway = '' } = properties;
  const address = properties['ip-address'] ?? '';
  const family = (address || gateway).includes(':') ? 'ipv6' : 'ipv4';
  // A gateway without an address says nothing that could be done: the rules of the document tell.
  const network =
    address === '' && gateway === '' ? {} : { [family]: { method: 'static', address, gateway: gateway || null } };
  const keys = (properties['public-keys'] ?? '').split(/[\r\n]+/).map((line) => line.trim());
  return {
    // Names are the same in both cases (RFC 4343); people type capitals.
    ...(hostname === '' ? {} : { hostname: hostname.toLowerCase() }),
    ...present('network', network),
    ...present('dns', list('servers', words(properties['dns-servers']))),
    ...present('ntp', list('servers', words(properties['ntp-servers']))),
    ...present(
      'ssh',
      list(
        'authorizedKeys',
        keys.filter((line) => line !== ''),
      ),
    ),
  };
}

/** The property that a mistake is about; undefined: the document in `configuration`. */
export function propertyOf(mistake: string, properties: Readonly<Record<string, string>>): string | undefined {
  return origins.find(([place, property]) => mistake.startsWith(place) && (properties[property] ?? '') !== '')?.[1];
}

function words(text = ''): string[] {
  return text.split(/[\s,]+/).filter((word) => word !== '');
}

function list(name: string, items: readonly string[]): Record<string, unknown> {
  return items.length === 0 ? {} : { [name]: items };
}

function present(name: string, section: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.keys(section).length === 0 ? {} : { [name]: section };
}
