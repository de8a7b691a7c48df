import type { PayloadCheck, TransactionStep } from '../../contract/payload-checks/payload-checks.ts';
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
  health: { checks: WrittenCheck[] };
  /** A path, relative to the recipe's folder. */
  updates: { channelRoot: string | null };
  targets: ArtifactKind[];
  provisioners: string[];
}

/** A check of the payload: keys of other kinds are null or empty. */
export interface WrittenCheck {
  id: string;
  kind: PayloadCheck['kind'];
  core: boolean;
  /** Seconds. */
  interval: number;
  /** Seconds. */
  timeout: number;
  url: string | null;
  status: number | null;
  contains: string | null;
  port: number | null;
  command: string[];
  unit: string | null;
  steps: WrittenStep[];
}

export interface WrittenStep {
  method: TransactionStep['method'];
  path: string;
  headers: { name: string; value: string }[];
  body: string | null;
  status: number;
  contains: string | null;
  capture: { name: string; after: string; before: string }[];
}
