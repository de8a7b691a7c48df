import type { Section } from '../section.ts';

export const hostname: Section = {
  id: 'hostname',
  files: ({ hostname: name }) => (name === null ? [] : [{ path: '/etc/hostname', content: `${name}\n`, mode: 0o644 }]),
  activate: () => [['hostname', '--file', '/etc/hostname']],
};
