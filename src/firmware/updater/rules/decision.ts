import type { Refusal } from '../../../contract/updates/refusal.ts';
import type { OfferedBundle } from './facts.ts';

/**
 * What is to be done next. Whoever does it first has the phase kept that goes with it (`advance`), then does it, then tells
 * what came of it, and asks again.
 */
export type Decision =
  /** Ask again then, or when something changes; `null`: only then. */
  | { readonly do: 'nothing'; readonly until: Date | null }
  /** Fetch the channel's metadata. */
  | { readonly do: 'check' }
  /** Take note of a version that may be taken. */
  | { readonly do: 'take-up'; readonly offer: OfferedBundle }
  /** It is no longer to be taken. */
  | { readonly do: 'let-go'; readonly refusal: Refusal }
  /** Tell the operator. */
  | { readonly do: 'announce'; readonly offer: OfferedBundle }
  | { readonly do: 'wait-for-approval'; readonly version: string; readonly until: Date | null }
  /** The policy of the configuration approves it. */
  | { readonly do: 'approve-by-policy'; readonly offer: OfferedBundle }
  /** `null`: no window will come. */
  | { readonly do: 'wait-for-window'; readonly until: Date | null; readonly refusal: Refusal }
  /** Fetch signature and manifest of the bundle, until the window ends. */
  | { readonly do: 'download'; readonly offer: OfferedBundle; readonly until: Date }
  /** Check signature and manifest of the bundle that is at hand. */
  | { readonly do: 'verify'; readonly offer: OfferedBundle }
  /** Write the other slot; what is not here of the bundle is fetched. */
  | { readonly do: 'install'; readonly offer: OfferedBundle }
  | { readonly do: 'reboot' }
  /** After a start into the version that is on trial. */
  | { readonly do: 'begin-trial'; readonly attempt: number }
  | { readonly do: 'commit' }
  /** Have the boot loader start the other slot; `restart`: and restart into it. */
  | { readonly do: 'roll-back'; readonly reason: string; readonly restart: boolean }
  /** After a start into the version it came from. */
  | { readonly do: 'note-rolled-back'; readonly reason: string }
  /** Nothing goes on. One that passes is looked at again then; one that does not ends the approval. */
  | { readonly do: 'refuse'; readonly refusals: readonly Refusal[]; readonly until: Date | null };
