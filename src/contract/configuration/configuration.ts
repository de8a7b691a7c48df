import type { Track } from '../updates/offer.ts';
import type { RecurringWindow } from '../updates/window.ts';

/**
 * The one document that says how an appliance is to be: complete, with every default filled in. `null` and empty lists
 * mean that nobody ordered anything: what the platform gave, or what the image shipped with, stands.
 */
export interface Configuration {
  readonly hostname: string | null;
  readonly network: Network;
  readonly dns: Dns;
  readonly ntp: { readonly servers: readonly string[] };
  /** A name of the IANA time zone database. */
  readonly timeZone: string | null;
  readonly proxy: Proxy | null;
  readonly smtp: Smtp | null;
  readonly tls: Tls | TlsArchive | null;
  /** Certificates in PEM of authorities that this appliance trusts besides Debian's, one in each entry. */
  readonly trustedAuthorities: readonly string[];
  readonly ssh: { readonly authorizedKeys: readonly string[] };
  /** What this appliance is used for; an update may have to run on a `test` one first. */
  readonly role: 'production' | 'test';
  readonly updates: Updates;
  readonly monitoring: Monitoring;
}

/** Of the one card. Both `null`: as the platform gave it, else automatic. One of them `null`: that one is automatic. */
export interface Network {
  readonly ipv4: IpSettings<'dhcp'> | null;
  readonly ipv6: IpSettings<'auto'> | null;
}

/** `dhcp` asks a server; `auto` follows router advertisements and DHCPv6 (RFC 4861, RFC 8415). */
export type IpSettings<Automatic extends 'dhcp' | 'auto'> =
  | { readonly method: Automatic }
  | { readonly method: 'off' }
  | { readonly method: 'static'; readonly address: string; readonly gateway: string | null };

/** Empty lists: what DHCP offers. */
export interface Dns {
  readonly servers: readonly string[];
  readonly search: readonly string[];
}

export interface Proxy {
  /** `http://HOST:PORT` */
  readonly url: string;
  readonly username: string | null;
  readonly password: string | null;
  /** Hosts and domains that are reached without it. */
  readonly exceptions: readonly string[];
}

export interface Smtp {
  readonly server: string;
  readonly port: number;
  /** `starttls` is RFC 3207, `tls` is RFC 8314, section 3.3. There is no way without TLS. */
  readonly security: 'starttls' | 'tls';
  readonly username: string | null;
  readonly password: string | null;
  readonly sender: string;
  readonly recipients: readonly string[];
}

/** What the appliance shows on port 443, in PEM. */
export interface Tls {
  /** Its own certificate first, then the chain. */
  readonly certificate: string;
  readonly key: string;
}

/** The same as a PKCS #12 file (RFC 7292), as Windows exports it. It is kept as PEM. */
export interface TlsArchive {
  /** Base64. */
  readonly pfx: string;
  readonly password: string;
}

export interface Updates {
  /** Whether the channel may be asked for news. Without it nothing is contacted. */
  readonly checking: boolean;
  /** Where the channel is. Plain HTTP will do: what it says is signed, and bundles too. */
  readonly channel: string | null;
  readonly track: Track;
  readonly checkEveryHours: number;
  /** When updates may be downloaded and installed; `null`: never, unless an approval brings a window of its own. */
  readonly window: RecurringWindow | null;
  /** What needs nobody's approval. */
  readonly preApprove: 'none' | 'security';
  /** How long an approval holds. */
  readonly approvalDays: number;
  /** How long a new version has to stay healthy without a break before it is kept. */
  readonly trialMinutes: number;
  /** A production appliance waits until another one has run the version for this long. */
  readonly testedFirst: TestedFirst | null;
}

export interface TestedFirst {
  /** Name of the test appliance, as its receipts have it. */
  readonly appliance: string;
  readonly days: number;
  /** Of the test appliance: Ed25519 (RFC 8410), the base64 text of its PEM file. */
  readonly publicKey: string;
}

export interface Monitoring {
  readonly apiKeys: readonly ApiKey[];
  /** Requests a minute that one key may make; more are answered 429. */
  readonly requestsPerMinute: number;
  readonly thresholds: Thresholds;
  /** What is asked to see whether the internet can be reached; `null`: nothing is, and there is no such check. */
  readonly internetCheck: { readonly url: string } | null;
  readonly snmp: Snmp;
  readonly syslog: Syslog | null;
}

/** A key as it is kept: whoever reads it here can not use it. */
export interface ApiKey {
  /** Shown in logs and lists. */
  readonly name: string;
  /** SHA-256 of the key, 64 hex digits. Keys are random and long, so a slow hash would protect nothing more. */
  readonly sha256: string;
}

/** Where a check begins to complain. */
export interface Thresholds {
  /** Busy for this share of the last five minutes. */
  readonly cpuBusyPercent: number;
  /** Less than this share of memory can be given out. */
  readonly memoryAvailablePercent: number;
  /** The data partition is used, in bytes or in files, up to this share. */
  readonly diskUsedPercent: number;
  /** The certificate is valid for fewer days. */
  readonly certificateDays: number;
}

/** SNMPv3, authPriv only (RFC 3414). Without users the server does not run. */
export interface Snmp {
  readonly location: string;
  readonly contact: string;
  readonly users: readonly SnmpUser[];
}

/** Authentication by SHA-256 (RFC 7860), privacy by AES-128 (RFC 3826). */
export interface SnmpUser {
  readonly name: string;
  readonly authenticationPassword: string;
  readonly privacyPassword: string;
}

/** Where the journal is sent as well: RFC 5424 messages over TLS (RFC 5425). */
export interface Syslog {
  readonly server: string;
  readonly port: number;
  /** Certificate of the authority that signed the server's, in PEM; `null`: those the appliance trusts anyway. */
  readonly authority: string | null;
}

export const defaultConfiguration: Configuration = {
  hostname: null,
  network: { ipv4: null, ipv6: null },
  dns: { servers: [], search: [] },
  ntp: { servers: [] },
  timeZone: null,
  proxy: null,
  smtp: null,
  tls: null,
  trustedAuthorities: [],
  ssh: { authorizedKeys: [] },
  role: 'production',
  updates: {
    checking: false,
    channel: null,
    track: 'stable',
    checkEveryHours: 24,
    window: null,
    preApprove: 'none',
    approvalDays: 30,
    trialMinutes: 5,
    testedFirst: null,
  },
  monitoring: {
    apiKeys: [],
    requestsPerMinute: 120,
    thresholds: { cpuBusyPercent: 95, memoryAvailablePercent: 10, diskUsedPercent: 90, certificateDays: 30 },
    internetCheck: null,
    snmp: { location: '', contact: '', users: [] },
    syslog: null,
  },
};
