import type { Configuration, IpSettings } from '../../../contract/configuration/configuration.ts';
import type { Values } from '../screens.ts';
import { type ConfigurationForm, type Field, partsOf } from './field.ts';

/** The value of a choice that leaves it to the platform. */
const AS_GIVEN = '';

export const networkForm: ConfigurationForm = {
  title: 'Network',
  intro: '',
  submit: 'Apply',
  fields: [
    ...family('ipv4', 'IPv4', [{ value: 'dhcp', label: 'DHCP' }], '192.0.2.10/24', '192.0.2.1'),
    ...family('ipv6', 'IPv6', [{ value: 'auto', label: 'automatic' }], '2001:db8::10/64', '2001:db8::1'),
    {
      name: 'dns',
      label: 'DNS servers',
      kind: 'text',
      help: 'Addresses with blanks between them. Empty: those DHCP offers.',
      places: ['/dns/servers'],
    },
    {
      name: 'search',
      label: 'Search domains',
      kind: 'text',
      help: 'Domains that short names are looked for in, with blanks between them.',
      places: ['/dns/search'],
    },
  ],
  read: ({ network, dns }) => ({
    ...valuesOf('ipv4', network.ipv4),
    ...valuesOf('ipv6', network.ipv6),
    dns: dns.servers.join(' '),
    search: dns.search.join(' '),
  }),
  write: (configuration, values) => ({
    ...configuration,
    network: { ipv4: settingsOf('ipv4', values), ipv6: settingsOf('ipv6', values) } as Configuration['network'],
    dns: { servers: partsOf(values.dns), search: partsOf(values.search) },
  }),
};

function family(
  name: 'ipv4' | 'ipv6',
  label: string,
  automatic: NonNullable<Field['choices']>,
  address: string,
  gateway: string,
): Field[] {
  const shownWhen = (values: Values): boolean => values[name] === 'static';
  return [
    {
      name,
      label,
      kind: 'choice',
      choices: [
        { value: AS_GIVEN, label: 'as the platform gives it' },
        ...automatic,
        { value: 'static', label: 'fixed address' },
        { value: 'off', label: 'off' },
      ],
      help: 'Left and Right choose.',
      places: [`/network/${name}/method`],
    },
    {
      name: `${name}-address`,
      label: '  Address',
      kind: 'text',
      help: `With the length of its prefix: ${address}`,
      shownWhen,
      places: [`/network/${name}/address`],
    },
    {
      name: `${name}-gateway`,
      label: '  Gateway',
      kind: 'text',
      help: `${gateway}, or empty where there is none`,
      shownWhen,
      places: [`/network/${name}/gateway`],
    },
  ];
}

function valuesOf(name: string, settings: IpSettings<'dhcp' | 'auto'> | null): Values {
  const fixed = settings?.method === 'static' ? settings : undefined;
  return {
    [name]: settings?.method ?? AS_GIVEN,
    [`${name}-address`]: fixed?.address ?? '',
    [`${name}-gateway`]: fixed?.gateway ?? '',
  };
}

function settingsOf(name: string, values: Values): object | null {
  const method = values[name] ?? AS_GIVEN;
  if (method === AS_GIVEN) return null;
  if (method !== 'static') return { method };
  const gateway = values[`${name}-gateway`]?.trim();
  return { method, address: values[`${name}-address`]?.trim() ?? '', gateway: gateway ? gateway : null };
}
