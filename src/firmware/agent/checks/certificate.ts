import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Check } from './check.ts';

const DAY_MS = 24 * 3600 * 1000;

/** @param onExpiry told when the certificate ends, each time */
export function certificate(onExpiry: (end: Date) => void): Check {
  return {
    id: 'certificate',
    core: false,
    intervalSeconds: 60,
    limitSeconds: 5,
    async judge({ places, thresholds, now }) {
      const { validTo, validFrom } = new X509Certificate(await readFile(places.certificate));
      const end = new Date(validTo);
      onExpiry(end);
      const days = (end.getTime() - now.getTime()) / DAY_MS;
      const detail = `valid until ${end.toISOString().slice(0, 10)} (limit ${thresholds.certificateDays} days before)`;
      const advice = 'Put a new certificate and its key into the configuration, as tls: appliancectl config apply.';
      if (now < new Date(validFrom)) return { healthy: false, detail: `not valid before ${validFrom}`, advice };
      return days >= thresholds.certificateDays ? { healthy: true, detail } : { healthy: false, detail, advice };
    },
  };
}
