import { createHash } from 'node:crypto';
import type { Section } from '../section.ts';

const FOLDER = '/etc/kiln/authorities';

/** Authorities of the customer's own, beside Debian's; update-ca-certificates(8). */
export const authorities: Section = {
  id: 'trustedAuthorities',
  files: ({ trustedAuthorities }) =>
    [...new Set(trustedAuthorities.map((pem) => `${pem.trim()}\n`))].map((content) => ({
      path: `${FOLDER}/${createHash('sha256').update(content).digest('hex').slice(0, 16)}.crt`,
      content,
      mode: 0o644,
    })),
  // `--fresh` takes out what is no longer there.
  activate: () => [['update-ca-certificates', '--fresh', '--localcertsdir', FOLDER]],
};
