import type { Configuration } from '../../../contract/configuration/configuration.ts';
import type { Section } from '../section.ts';

/** What may be read: MIB-2 and host resources, UCD's disk, load and memory, and the appliance's own health. */
const shown = ['.1.3.6.1.2.1', '.1.3.6.1.4.1.2021', '.1.3.6.1.4.1.8072.1.3'];
/** Tables of processes and of packages: they tell an attacker more than an operator. */
const hidden = ['.1.3.6.1.2.1.25.4', '.1.3.6.1.2.1.25.5', '.1.3.6.1.2.1.25.6'];
/** SNMPv2-MIB: DisplayString (SIZE (0..255)). */
const DISPLAY_STRING_BYTES = 255;

/** SNMPv3 by Debian's snmpd. The unit starts when `users.conf` is there; without users there is no file and no open port. */
export const snmp: Section = {
  id: 'snmp',
  files({ monitoring }) {
    if (monitoring.snmp.users.length === 0) return [];
    return [
      { path: '/etc/snmp/snmpd.conf', mode: 0o644, content: settings(monitoring) },
      { path: '/etc/snmp/users.conf', mode: 0o600, content: users(monitoring.snmp) },
      { path: '/etc/nftables.d/snmp.nft', mode: 0o644, content: 'udp dport 161 ct state new accept\n' },
    ];
  },
  check: () => [['nft', '--check', '--file', '/etc/nftables.conf']],
  activate: () => [
    ['systemctl', 'try-reload-or-restart', 'nftables.service'],
    ['systemctl', 'restart', 'kiln-snmp.service'],
  ],
};

/** snmpd.conf(5). */
function settings({ snmp, thresholds }: Configuration['monitoring']): string {
  const { location, contact, users } = snmp;
  return lines([
    'agentAddress udp:161,udp6:[::]:161',
    ...(location === '' ? [] : [`sysLocation ${displayString(location)}`]),
    ...(contact === '' ? [] : [`sysContact ${displayString(contact)}`]),
    ...shown.map((oid) => `view kiln included ${oid}`),
    ...hidden.map((oid) => `view kiln excluded ${oid}`),
    ...users.map(({ name }) => `rouser ${name} priv -V kiln`),
    // dskErrorFlag is raised when less than this is free.
    `disk /data ${100 - thresholds.diskUsedPercent}%`,
    'extend kiln-health /usr/lib/kiln/snmp-health',
  ]);
}

/** Passwords have neither blanks nor quotes nor backslashes: the schema of the configuration sees to it. */
function users({ users }: Configuration['monitoring']['snmp']): string {
  return lines(
    users.map(
      ({ name, authenticationPassword, privacyPassword }) =>
        `createUser ${name} SHA-256 "${authenticationPassword}" AES "${privacyPassword}"`,
    ),
  );
}

/** Cut at the last whole character that fits: snmpd refuses the whole line otherwise. */
function displayString(text: string): string {
  let cut = text;
  while (Buffer.byteLength(cut) > DISPLAY_STRING_BYTES) cut = [...cut].slice(0, -1).join('');
  return cut;
}

function lines(all: readonly string[]): string {
  return all.map((line) => `${line}\n`).join('');
}
