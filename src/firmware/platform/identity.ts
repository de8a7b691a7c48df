import { join } from 'node:path';
import { readIfThere } from './read-if-there.ts';

/** Which image runs here, and from which slot. */
export interface Identity {
  readonly image: string;
  /** Name and version, for people. */
  readonly title: string;
  readonly version: string;
  readonly slot: string | null;
}

/** Reads os-release(5) and what the initramfs noted of the disk. Fields that are not there are empty. */
export async function readIdentity(root: string): Promise<Identity> {
  const release = await assignments(join(root, 'usr/lib/os-release'));
  const disk = await assignments(join(root, 'run/kiln/disk.env'));
  return {
    image: release.get('IMAGE_ID') ?? '',
    title: release.get('PRETTY_NAME') ?? '',
    version: release.get('IMAGE_VERSION') ?? '',
    slot: disk.get('KILN_SLOT') || null,
  };
}

async function assignments(path: string): Promise<ReadonlyMap<string, string>> {
  const text = await readIfThere(path);
  return new Map([...text.matchAll(/^([A-Z_]+)="?(.*?)"?$/gm)].map(([, name = '', value = '']) => [name, value]));
}
