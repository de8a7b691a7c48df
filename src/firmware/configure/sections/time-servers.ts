import type { Section } from '../section.ts';

/** Time servers, by chrony; chrony.conf(5), `sourcedir`. Preferred to those of DHCP, of the platform and of Debian. */
export const timeServers: Section = {
  id: 'ntp',
  files({ ntp: { servers } }) {
    if (servers.length === 0) return [];
    const content = servers.map((server) => `server ${server} iburst prefer\n`).join('');
    return [{ path: '/etc/chrony/sources.d/60-kiln-configuration.sources', content, mode: 0o644 }];
  },
  activate: () => [['systemctl', 'try-reload-or-restart', 'chrony.service']],
};
