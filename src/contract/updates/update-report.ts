/**
 * What an update run says: appliances of earlier versions took this bundle, and came back from what has to fail. Lies as
 * `update/update.json` in the release's folder.
 */
export interface UpdateReport {
  readonly schemaVersion: 1;
  /** SHA-256 of the bundle that was installed, 64 lower-case hex digits. */
  readonly bundleSha256: string;
  /** RFC 3339. */
  readonly finished: string;
  readonly passed: boolean;
  /** Versions that were updated from. */
  readonly from: readonly string[];
}

/** @returns undefined for what is no such report */
export function parseUpdateReport(document: unknown): UpdateReport | undefined {
  if (typeof document !== 'object' || document === null) return undefined;
  const { schemaVersion, bundleSha256, finished, passed, from } = document as Record<string, unknown>;
  if (schemaVersion !== 1 || typeof bundleSha256 !== 'string' || typeof finished !== 'string') return undefined;
  if (typeof passed !== 'boolean' || !Array.isArray(from)) return undefined;
  return { schemaVersion, bundleSha256, finished, passed, from: from.filter((one) => typeof one === 'string') };
}
