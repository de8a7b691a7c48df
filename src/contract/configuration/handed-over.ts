import type { Decision, PlatformChannel } from './precedence.ts';

/** What became of the document that a channel handed over last. */
export interface HandedOver {
  readonly channel: PlatformChannel;
  /** RFC 3339. */
  readonly time: string;
  /** `mistakes`: it was refused; `failed`: it could not be put in force. Both are tried again at each start. */
  readonly outcome: Exclude<Decision, 'apply' | 'same'> | 'applied' | 'mistakes' | 'failed';
  /** For a person; no secret is in it. */
  readonly detail: string;
}
