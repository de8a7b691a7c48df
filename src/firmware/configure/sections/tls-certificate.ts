import type { Section } from '../section.ts';

const FOLDER = '/var/lib/kiln/tls';

/** The certificate shown on port 443. Without one in the configuration the appliance's own, made at first boot, is back. */
export const tlsCertificate: Section = {
  id: 'tls',
  files: ({ tls }) =>
    tls === null || !('key' in tls)
      ? []
      : [
          { path: `${FOLDER}/key.pem`, content: tls.key, mode: 0o600 },
          { path: `${FOLDER}/certificate.pem`, content: tls.certificate, mode: 0o644 },
        ],
  activate: () => [['/usr/lib/kiln/show-certificate']],
};
