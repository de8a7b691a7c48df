import type { PayloadCheck } from '../../contract/payload-checks/payload-checks.ts';
import type { ArtifactKind } from '../names.ts';

/**
 * A checked recipe: complete (every default filled in), sizes in bytes, paths absolute, deeply frozen.
 * Only `loadRecipe` makes one. The JSON Schema beside this file says what a person may write.
 */
export interface Recipe {
  /** Lower-case letters, digits and hyphens; at most 32 characters. */
  readonly name: string;
  /** Semantic version, `1.2.3` or `1.2.3-rc.1`. */
  readonly version: string;
  /** Shown to operators: product name in the OVA, pretty name in os-release. */
  readonly title: string;
  readonly description: string;
  readonly vendor: { readonly name: string; readonly url: string };
  /**
   * Seconds since 1970 that every time stamp in the image is clamped to; null when neither the recipe nor
   * SOURCE_DATE_EPOCH says, and the plan takes the date of the Debian release files.
   */
  readonly epoch: number | null;
  readonly base: {
    readonly suite: 'trixie';
    readonly kernel: 'generic' | 'cloud';
    /** Packages beyond those every appliance has, in recipe order. */
    readonly packages: readonly string[];
    /** Debian mirror, or null to take the host's. */
    readonly mirror: string | null;
  };
  readonly disk: {
    /** Virtual size in bytes, a whole number of GiB. */
    readonly sizeBytes: number;
    /** Size of each of root-a and root-b in bytes, a whole number of MiB. */
    readonly slotBytes: number;
  };
  readonly hardware: { readonly deployments: readonly Deployment[] };
  readonly network: { readonly ports: readonly OpenPort[] };
  /** Checks of what the appliance is there for, in recipe order. */
  readonly health: { readonly checks: readonly PayloadCheck[] };
  readonly updates: {
    /** Text of the root.json (TUF) of the update channel that the image trusts, checked; null when it trusts none. */
    readonly channelRoot: string | null;
  };
  /** Platform guests to install (`vmware`, `hyperv`, `azure`, `aws`, `kvm`): those that `targets` need. */
  readonly targets: readonly ArtifactKind[];
  /** Extra provisioners of this image, absolute folders, run after Kiln's own in this order. */
  readonly provisioners: readonly string[];
  /** Absolute path of the folder image.yaml lies in. */
  readonly folder: string;
  /** SHA-256 of image.yaml's bytes, hex. */
  readonly sha256: string;
}

/** One choice of size offered at import (OVF DeploymentOptionSection). */
export interface Deployment {
  readonly id: string;
  readonly title: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** Exactly one deployment of a recipe is the default. */
  readonly default: boolean;
}

/** A port the firewall lets in, and the only ones a smoke run tolerates. */
export interface OpenPort {
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly service: string;
}
