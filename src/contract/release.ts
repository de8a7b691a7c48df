/** What `release.json` says of one artifact. */
export interface ReleaseArtifact {
  /** Which shape: `vmware`, `hyperv`, … */
  kind: string;
  /** File name inside the release folder. */
  file: string;
  /** File length in bytes. */
  sizeBytes: number;
  /** SHA-256 of the file, 64 lower-case hex digits. */
  sha256: string;
  /** Size of the disk a guest sees, in bytes. */
  virtualSizeBytes: number;
}

/** A file of a release that is no disk. */
export interface ReleaseFile {
  /** File name inside the release folder. */
  file: string;
  /** File length in bytes. */
  sizeBytes: number;
  /** SHA-256 of the file, 64 lower-case hex digits. */
  sha256: string;
}

/** The update bundle: what an appliance of an older version installs. */
export interface ReleaseBundle extends ReleaseFile {
  /** SHA-256 of its RAUC manifest, 64 lower-case hex digits. The manifest holds the root of a hash tree over the payload. */
  manifestHash: string;
  /** SHA-256 fingerprint of the certificate it is signed with, 64 lower-case hex digits. */
  signer: string;
}

export interface ReleasePort {
  /** 1 to 65535. */
  port: number;
  protocol: 'tcp' | 'udp';
  /** What answers there, for a person. */
  service: string;
}

/** The whole of `release.json`, version 1. */
export interface Release {
  schemaVersion: 1;
  image: string;
  version: string;
  /** RFC 3339, from the recipe's epoch and not from the clock. */
  created: string;
  disk: {
    sizeBytes: number;
    /** Digest of the disk's content that does not depend on the wrapping; see docs/formats.md. */
    digest: string;
  };
  artifacts: ReleaseArtifact[];
  /** For the operator's own monitoring: a Grafana dashboard and Prometheus alert rules. Empty in older releases. */
  monitoring: ReleaseFile[];
  /** `null` in older releases, which have none. */
  bundle: ReleaseBundle | null;
  recipe: { sha256: string };
  /** The ports the appliance's firewall lets in; a smoke run tolerates no others. */
  network: { ports: ReleasePort[] };
  /** Content id of each step that led here, by step name. */
  steps: Record<string, string>;
  /** Version of each external program that was used, by name. */
  tools: Record<string, string>;
}
