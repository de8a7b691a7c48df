import type { Section } from '../section.ts';

export const timeZone: Section = {
  id: 'timeZone',
  files: ({ timeZone: zone }) =>
    zone === null
      ? []
      : [
          { path: '/etc/localtime', link: `/usr/share/zoneinfo/${zone}` },
          { path: '/etc/timezone', content: `${zone}\n`, mode: 0o644 },
        ],
  // Programs look for themselves (localtime(5)).
  activate: () => [],
};
