/** Ways by which a person changes the configuration: they look at the appliance, and know what they replace. */
export const operatorChannels = ['appliancectl', 'console'] as const;

/** Ways by which a platform hands a configuration over at a start, the strongest first. */
export const platformChannels = ['disc', 'ovf', 'user-data'] as const;

export type PlatformChannel = (typeof platformChannels)[number];

/** What a decision is made of. */
export interface Offer {
  /** By which the document came. */
  readonly channel: PlatformChannel;
  /** Digest of the document, all defaults filled in. */
  readonly digest: string;
  /** Digest of what the same channel offered when it was last decided on; null: it never offered anything. */
  readonly decidedBefore: string | null;
  /** Other channels that offer a document at the same start. */
  readonly beside: readonly PlatformChannel[];
  /** The channel of the version in force, and of every version before it that this instance got; oldest first. */
  readonly history: readonly string[];
}

/**
 * `apply`: it becomes the configuration. `same`: it was decided on before, whatever happened since. `outranked`: a
 * stronger channel says something else. `operator`: a person changed the configuration, and is not overridden.
 */
export type Decision = 'apply' | 'same' | 'outranked' | 'operator';

/**
 * The one rule of precedence; docs/configuration.md has it as a table. Documents replace each other whole, so what is in
 * force always comes from one hand.
 */
export function decide({ channel, digest, decidedBefore, beside, history }: Offer): Decision {
  if (digest === decidedBefore) return 'same';
  if (history.some(isOperators)) return 'operator';
  const inForce = history.at(-1);
  const others = inForce === undefined ? beside : [...beside, inForce];
  return others.some((other) => rank(other) < rank(channel)) ? 'outranked' : 'apply';
}

/** Whether a person made the version. What this release does not know was made by somebody: better not overridden. */
function isOperators(channel: string): boolean {
  return !isPlatforms(channel);
}

function isPlatforms(channel: string): channel is PlatformChannel {
  return (platformChannels as readonly string[]).includes(channel);
}

/** 0 is the strongest. */
function rank(channel: string): number {
  return isPlatforms(channel) ? platformChannels.indexOf(channel) : -1;
}
