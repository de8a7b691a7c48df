/** A rule by which an update is refused. */
export interface RefusalRule {
  /** What is refused, as a sentence without its full stop; details follow it. */
  readonly refuses: string;
  /** What the operator can do. */
  readonly next: string;
  /** Whether time and repair can lift it. Otherwise the approval ends with it. */
  readonly passes: boolean;
}

/** Every rule by which an update is refused, in the order they are looked at. The page docs/updates.md is made from this. */
const table = {
  'not-consented': {
    refuses: 'nobody has consented to this',
    next: 'Allow checking with appliancectl config set updates.checking=true, or carry the update over: appliancectl update import.',
    passes: true,
  },
  'clock-untrusted': {
    refuses: 'the clock is not to be trusted, and with it no date of expiry',
    next: 'See that the appliance reaches a time server: appliancectl status.',
    passes: true,
  },
  'not-offered': {
    refuses: 'the channel does not offer this version, or offers other bytes under its name',
    next: 'See what it offers: appliancectl update check, then list.',
    passes: false,
  },
  'wrong-image': {
    refuses: 'it is another image than the one that runs here',
    next: 'Set the channel of this image: updates.channel.',
    passes: false,
  },
  older: {
    refuses: 'it is not newer than what runs',
    next: 'To go back to the version before: appliancectl update rollback.',
    passes: false,
  },
  withdrawn: {
    refuses: 'it was withdrawn',
    next: 'Wait for the next version.',
    passes: false,
  },
  'not-on-track': {
    refuses: 'it is not on the track that this appliance follows',
    next: 'Wait until it is, or set updates.track.',
    passes: false,
  },
  'minimum-version': {
    refuses: 'it can not follow directly on what runs',
    next: 'Approve the version in between first: appliancectl update list.',
    passes: false,
  },
  rollout: {
    refuses: 'its roll-out has not reached this appliance yet',
    next: 'Wait: each appliance has its turn, decided from its own id.',
    passes: true,
  },
  'trial-failed': {
    refuses: 'it was tried or put aside here before',
    next: 'See why: appliancectl update history. To try it once more, approve it again.',
    passes: false,
  },
  'approval-missing': {
    refuses: 'nobody has approved it',
    next: 'appliancectl update approve VERSION.',
    passes: false,
  },
  'approval-other-version': {
    refuses: 'what was approved is another version, or other bytes',
    next: 'appliancectl update approve VERSION.',
    passes: false,
  },
  'approval-expired': {
    refuses: 'its approval has expired',
    next: 'Approve it again: appliancectl update approve VERSION.',
    passes: false,
  },
  'tested-first-missing': {
    refuses: 'the test appliance has not testified that it ran this version for long enough',
    next: 'Carry its receipt over: appliancectl update import RECEIPT.',
    passes: true,
  },
  'outside-window': {
    refuses: 'it is outside the maintenance window',
    next: 'Wait for the window, or set one: appliancectl update schedule.',
    passes: true,
  },
  unhealthy: {
    refuses: 'the appliance is not healthy, and an update would hide the cause',
    next: 'See which check fails: appliancectl status.',
    passes: true,
  },
  'not-enough-space': {
    refuses: 'the data partition is too full',
    next: 'Make room on the data partition, or make its disk larger.',
    passes: true,
  },
  busy: {
    refuses: 'an update is under way that can not be changed any more',
    next: 'Wait until it is over: appliancectl update status.',
    passes: true,
  },
  'attempts-used-up': {
    refuses: 'it did not succeed in several attempts',
    next: 'See why: appliancectl update history. To try it once more, approve it again.',
    passes: false,
  },
  'no-way-back': {
    refuses: 'the other slot holds no working system',
    next: 'Restore a backup, or install a newer version.',
    passes: true,
  },
} as const satisfies Readonly<Record<string, RefusalRule>>;

export type RefusalId = keyof typeof table;

export const refusalRules: readonly (RefusalRule & { readonly id: RefusalId })[] = Object.entries(table).map(
  ([id, rule]) => ({ id: id as RefusalId, ...rule }),
);

/** Why something is not done. */
export interface Refusal {
  readonly rule: RefusalId;
  /** A sentence with figures. */
  readonly message: string;
  readonly next: string;
  readonly passes: boolean;
}

/** @param detail what was found, with figures; follows the rule's own words */
export function refusal(rule: RefusalId, detail: string): Refusal {
  const { refuses, next, passes } = table[rule];
  return { rule, message: `${refuses}: ${detail}`, next, passes };
}
