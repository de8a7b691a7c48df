import { createHash } from 'node:crypto';
import type { Section } from '../section.ts';

const FOLDER = '/etc/kiln/authorities';

/** Authorities of the customer's own, beside Debian's. */
export const authorities: Section = {
  id: 'trustedAuthorities',
  files: ({ trustedAuthorities }) =>
    [...new Set(trustedAuthorities.map((pem) => `${pem.trim()}\n`))].map((content) => ({
      path: `${FOLDER}/${createHash('sha256').update(content).digest('hex').slice(0, 16)}.crt`,
      content,
      mode: 0o644,
    })),
  build: () => [['/usr/lib/kiln/trust-authorities']],
  // Programs read the certificates when they need them.
  activate: () => [],
};
