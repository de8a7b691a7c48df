import type { Section } from '../section.ts';

/** Name service, by systemd-resolved; resolved.conf(5). */
export const resolver: Section = {
  id: 'dns',
  files({ dns: { servers, search } }) {
    if (servers.length === 0 && search.length === 0) return [];
    // The domain `~.` sends every question to these servers, and none to those that DHCP offers.
    const domains = [...(servers.length > 0 ? ['~.'] : []), ...search];
    const content = [
      '[Resolve]',
      ...(servers.length > 0 ? [`DNS=${servers.join(' ')}`] : []),
      ...(domains.length > 0 ? [`Domains=${domains.join(' ')}`] : []),
    ];
    return [
      {
        path: '/etc/systemd/resolved.conf.d/60-kiln-configuration.conf',
        content: `${content.join('\n')}\n`,
        mode: 0o644,
      },
    ];
  },
  activate: () => [['systemctl', 'try-reload-or-restart', 'systemd-resolved.service']],
};
