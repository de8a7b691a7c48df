import { join } from 'node:path';

/** Where documents that platforms hand over pass by. `import-wanted`, `ovf-settings` and `cc_kiln` know them as well. */
export interface ImportPlaces {
  /** Documents of this start, one file each. In memory, for root alone. */
  readonly offered: string;
  /** cloud-init's id of this machine. */
  readonly instance: string;
  /** Digest of all that is offered at this start. */
  readonly fingerprint: string;
  /** The same of the last start that was dealt with. */
  readonly settled: string;
  readonly record: string;
  /** What ovf-settings tells networkd before anything else could. */
  readonly earlyNetwork: string;
}

export function importPlaces(root: string): ImportPlaces {
  return {
    offered: join(root, 'run/kiln/offered'),
    instance: join(root, 'run/cloud-init/.instance-id'),
    fingerprint: join(root, 'run/kiln/offered.sha256'),
    settled: join(root, 'var/lib/kiln/import/settled'),
    record: join(root, 'var/lib/kiln/import/record.json'),
    earlyNetwork: join(root, 'run/systemd/network/05-kiln-ovf.network'),
  };
}
