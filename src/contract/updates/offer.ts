/** Streams of releases that an appliance can follow. */
export const tracks = ['stable', 'candidate', 'long-term'] as const;
export type Track = (typeof tracks)[number];

/** How pressing an update is, in the release engineer's judgement. `security` is what a policy may approve beforehand. */
export const severities = ['routine', 'important', 'security'] as const;
export type Severity = (typeof severities)[number];

/**
 * What a channel says of one bundle: the `custom` field of its TUF target (TUF specification 1.0.33, section 4.5), signed
 * with the targets keys. Name, length and SHA-256 of the file are the target's own.
 */
export interface UpdateOffer {
  readonly schemaVersion: 1;
  readonly image: string;
  /** As in the recipe. */
  readonly version: string;
  /** RFC 3339, from the release. */
  readonly created: string;
  /** In the order of {@link tracks}; never empty. */
  readonly tracks: readonly Track[];
  readonly severity: Severity;
  /** Release notes, Markdown. */
  readonly notes: string;
  /** CVE ids that it fixes, sorted. */
  readonly fixes: readonly string[];
  /** Appliances that run an older version have to take another one first; `null`: any version. */
  readonly minimumVersion: string | null;
  /** Planned, from the restart to healthy. */
  readonly downtimeMinutes: number;
  /** What the operator has to do; `null`: nothing. */
  readonly instruction: string | null;
  /** Share of appliances that see it, 0 to 100; which ones is decided on each from its own id. */
  readonly rolloutPercent: number;
  /** Set: not to be installed any more. */
  readonly withdrawn: { readonly at: string; readonly reason: string } | null;
  /** SHA-256 of the bundle's RAUC manifest, 64 lower-case hex digits: what ties these words to the bytes RAUC verifies. */
  readonly manifestHash: string;
}
