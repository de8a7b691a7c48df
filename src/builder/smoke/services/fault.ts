import { randomBytes } from 'node:crypto';
import type { MetadataService } from './service.ts';

export type ServiceFault = 'garbage' | 'error-500';

const GARBAGE_BYTES = 2000;

/** The same service in a bad state: it listens, and gives nothing of use. */
export function broken(service: MetadataService, fault: ServiceFault): MetadataService {
  return {
    ...service,
    answer: () =>
      fault === 'garbage'
        ? { status: 200, body: randomBytes(GARBAGE_BYTES), headers: { 'Content-Type': 'application/octet-stream' } }
        : { status: 500, body: 'Internal Server Error', refused: 'it fails with every request' },
  };
}
