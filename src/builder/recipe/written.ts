import type { ArtifactKind } from '../names.ts';

/** A recipe as written, once the schema has accepted it and filled in its defaults. Sizes and dates are still text. */
export interface WrittenRecipe {
  name: string;
  version: string;
  title: string;
  description: string;
  vendor: { name: string; url: string };
  epoch?: string;
  base: { suite: 'trixie'; kernel: 'generic' | 'cloud'; packages: string[]; mirror: string | null };
  disk: { size: string; slot: string };
  hardware: { deployments: { id: string; title: string; cpus: number; memory: string; default: boolean }[] };
  network: { ports: { port: number; protocol: 'tcp' | 'udp'; service: string }[] };
  targets: ArtifactKind[];
  provisioners: string[];
}
