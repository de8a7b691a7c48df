/** The one document that says how an appliance is to be: complete, with every default filled in. */
export interface Configuration {
  readonly monitoring: Monitoring;
}

export interface Monitoring {
  readonly apiKeys: readonly ApiKey[];
  /** Requests a minute that one key may make; more are answered 429. */
  readonly requestsPerMinute: number;
  readonly thresholds: Thresholds;
}

/** A key as it is kept: whoever reads it here can not use it. */
export interface ApiKey {
  /** Shown in logs and lists. */
  readonly name: string;
  /** SHA-256 of the key, 64 hex digits. Keys are random and long, so a slow hash would protect nothing more. */
  readonly sha256: string;
}

/** Where a check begins to complain. */
export interface Thresholds {
  /** Busy for this share of the last five minutes. */
  readonly cpuBusyPercent: number;
  /** Less than this share of memory can be given out. */
  readonly memoryAvailablePercent: number;
  /** The data partition is used, in bytes or in files, up to this share. */
  readonly diskUsedPercent: number;
  /** The certificate is valid for fewer days. */
  readonly certificateDays: number;
}

export const defaultConfiguration: Configuration = {
  monitoring: {
    apiKeys: [],
    requestsPerMinute: 120,
    thresholds: { cpuBusyPercent: 95, memoryAvailablePercent: 10, diskUsedPercent: 90, certificateDays: 30 },
  },
};
