import type { ErrorObject } from 'ajv';
import { type Configuration, defaultConfiguration } from './configuration.ts';
import { brokenRules } from './rules.ts';
import { accepts } from './schema-check.ts';

/** Far beyond any honest document; what is larger is refused before it is looked at. */
export const CONFIGURATION_MAX_BYTES = 256 * 1024;
const SHOWN_MISTAKES = 50;

/** A configuration that can not be taken. Every mistake is listed, each with its place in the document. */
export class ConfigurationError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    const more = mistakes.length - SHOWN_MISTAKES;
    super([...mistakes.slice(0, SHOWN_MISTAKES), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'));
    this.name = 'ConfigurationError';
    this.mistakes = mistakes;
  }
}

/**
 * Takes the text of a configuration, which may come from anyone, and fills in what it leaves open.
 * @param text JSON
 * @throws {ConfigurationError}
 */
export function parseConfiguration(text: string): Configuration {
  if (Buffer.byteLength(text) > CONFIGURATION_MAX_BYTES) {
    throw new ConfigurationError([`the document is larger than ${CONFIGURATION_MAX_BYTES / 1024} KiB`]);
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError([`not JSON: ${(error as Error).message.slice(0, 200)}`]);
  }
  return completeConfiguration(document);
}

/**
 * The same for a document that is parsed already.
 * @throws {ConfigurationError}
 */
export function completeConfiguration(document: unknown): Configuration {
  if (!accepts(document)) throw new ConfigurationError((accepts.errors ?? []).flatMap(mistake));
  const configuration = withDefaults(document as Written);
  const broken = brokenRules(configuration);
  if (broken.length > 0) throw new ConfigurationError(broken);
  return configuration;
}

/** A configuration of which anything may be left out: what the schema lets through. */
type Written = { readonly [Key in keyof Configuration]?: Partial<Configuration[Key]> | Configuration[Key] };

const proxyDefaults = { url: '', username: null, password: null, exceptions: [] };
/** RFC 5425, section 4.1. */
const syslogDefaults = { server: '', port: 6514, authority: null };

function smtpDefaults(security: string | undefined): object {
  return { server: '', port: security === 'tls' ? 465 : 587, security: 'starttls', username: null, password: null };
}

function withDefaults(written: Written): Configuration {
  const defaults = defaultConfiguration;
  const { monitoring = {}, proxy = null, smtp = null, network = {} } = written as Partial<Configuration>;
  const updates: Partial<Configuration['updates']> = written.updates ?? {};
  const { thresholds, snmp, syslog = null, ...rest } = monitoring as Partial<Configuration['monitoring']>;
  return {
    ...defaults,
    ...(written as Partial<Configuration>),
    network: {
      ipv4: withGateway((network as Configuration['network']).ipv4 ?? null),
      ipv6: withGateway((network as Configuration['network']).ipv6 ?? null),
    },
    dns: { ...defaults.dns, ...written.dns },
    ntp: { ...defaults.ntp, ...written.ntp },
    proxy: proxy && { ...proxyDefaults, ...proxy },
    smtp: smtp && { ...smtpDefaults(smtp.security), ...smtp },
    ssh: { ...defaults.ssh, ...written.ssh },
    updates: {
      ...defaults.updates,
      ...updates,
      window: updates.window ? { ...updates.window, timeZone: updates.window.timeZone ?? null } : null,
    },
    monitoring: {
      ...defaults.monitoring,
      ...rest,
      thresholds: { ...defaults.monitoring.thresholds, ...thresholds },
      snmp: { ...defaults.monitoring.snmp, ...snmp },
      syslog: syslog && { ...syslogDefaults, ...syslog },
    },
  };
}

function withGateway<T extends { readonly method: string } | null>(settings: T): T {
  return settings?.method === 'static'
    ? { ...settings, gateway: 'gateway' in settings ? settings.gateway : null }
    : settings;
}

function mistake({ instancePath, keyword, params, message, schemaPath }: ErrorObject): string[] {
  const place = instancePath === '' ? '/' : instancePath;
  if (keyword === 'additionalProperties') {
    return [`${place}: there is no setting ${JSON.stringify(String(params.additionalProperty).slice(0, 60))}`];
  }
  if (keyword === 'enum')
    return [`${place}: expected ${params.allowedValues.map((one: unknown) => JSON.stringify(one)).join(' or ')}`];
  const expected = patterns.find(([definition]) => schemaPath.includes(definition))?.[1];
  if (keyword === 'pattern' && expected !== undefined) return [`${place}: expected ${expected}`];
  return [`${place}: ${message ?? keyword}`];
}

/** What a pattern means, in words; by a part of its place in the schema. */
const patterns: readonly (readonly [string, string])[] = [
  ['/properties/hostname/', 'a host name of lower-case letters, digits and hyphens'],
  ['/definitions/host/', 'a host name or an address'],
  ['/definitions/domain/', 'a domain name'],
  ['/definitions/mail/', 'an e-mail address'],
  ['/definitions/certificates/', 'a certificate in PEM'],
  ['/authority/', 'a certificate in PEM'],
  ['/definitions/snmpSecret/', 'printable ASCII without blanks, quotes and backslashes'],
  ['/authorizedKeys/', 'a public key as in authorized_keys, without options'],
  ['/internetCheck/', 'an address such as https://example.com/'],
  ['/updates/properties/channel/', 'an address such as https://updates.example.com/'],
  ['/window/properties/start/', 'a time of day such as 02:30'],
  ['/publicKey/', 'the middle line of an Ed25519 public key in PEM'],
  ['/timeZone/', 'a time zone such as Europe/Zurich'],
];
