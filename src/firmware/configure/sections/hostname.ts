import type { Section } from '../section.ts';

const TAKE = ['hostname', '--file', '/etc/hostname'] as const;

export const hostname: Section = {
  id: 'hostname',
  files: ({ hostname: name }) => (name === null ? [] : [{ path: '/etc/hostname', content: `${name}\n`, mode: 0o644 }]),
  // At a start as well: systemd has taken the name that was there before.
  build: ({ hostname: name }) => (name === null ? [] : [TAKE]),
  activate: ({ hostname: name }) => (name === null ? [TAKE] : []),
};
