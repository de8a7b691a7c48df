import type { Release } from '../../../src/contract/release.ts';

/** A release of two artifacts; nothing of it exists on disk. */
export const sampleRelease: Release = {
  schemaVersion: 1,
  image: 'sample',
  version: '1.2.3',
  created: '2026-01-31T00:00:00Z',
  disk: { sizeBytes: 2 ** 33, digest: '0'.repeat(64) },
  artifacts: [
    { kind: 'kvm', file: 'sample-1.2.3-kvm.qcow2', sizeBytes: 10, sha256: 'a'.repeat(64), virtualSizeBytes: 2 ** 33 },
    {
      kind: 'vmware',
      file: 'sample-1.2.3-vmware.ova',
      sizeBytes: 20,
      sha256: 'b'.repeat(64),
      virtualSizeBytes: 2 ** 33,
    },
  ],
  monitoring: [],
  bundle: null,
  recipe: { sha256: 'c'.repeat(64) },
  network: {
    ports: [
      { port: 22, protocol: 'tcp', service: 'ssh' },
      { port: 161, protocol: 'udp', service: 'snmp' },
    ],
  },
  steps: {},
  tools: {},
};
