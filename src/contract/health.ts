/**
 * Checks that Kiln knows, by the names they have in URLs and metrics. An appliance need not have all of them; no check of
 * a payload may take one of these names.
 */
export const builtInCheckIds = [
  'cpu',
  'memory',
  'disk',
  'services',
  'network',
  'time',
  'certificate',
  'internet',
  'email',
  'updates',
] as const;
/** A check of Kiln's own, or one that the recipe lists for the payload. */
export type CheckId = (typeof builtInCheckIds)[number] | (string & {});

/** What the agent last found out about one check. */
export interface CheckState {
  readonly id: CheckId;
  /** Whether a load balancer should stay away while it fails. */
  readonly core: boolean;
  /** `unknown` until it was first asked. */
  readonly verdict: 'healthy' | 'failing' | 'unknown';
  /** One sentence, with figures. */
  readonly detail: string;
  /** What to do, when it fails. */
  readonly advice: string | null;
  /** How long it took to find out. */
  readonly seconds: number;
}

/** What `appliancectl status --json` prints, version 1. */
export interface Status {
  readonly schemaVersion: 1;
  readonly image: string;
  readonly version: string;
  /** `A`, `B`, or null where there are no slots. */
  readonly slot: string | null;
  /** What `/testall` answers: whether load balancers send work here. */
  readonly inService: boolean;
  readonly drained: boolean;
  /** From the kernel's start to the first time in service; null before. */
  readonly firstInServiceSeconds: number | null;
  readonly checks: readonly CheckState[];
}
