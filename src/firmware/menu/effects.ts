import type { FormId } from './forms/index.ts';
import type { Screen, Values } from './screens.ts';

/** Something that is done when a person asks for it. All but `show` and `leave` happen outside the menu. */
export type Effect =
  | { readonly kind: 'show'; readonly screen: Screen }
  | { readonly kind: 'leave' }
  | { readonly kind: 'open-form'; readonly form: FormId }
  | { readonly kind: 'show-health' }
  | { readonly kind: 'show-fingerprints' }
  | { readonly kind: 'show-history' }
  | { readonly kind: 'decide' }
  | { readonly kind: 'authenticate'; readonly password: string }
  | { readonly kind: 'submit'; readonly form: FormId; readonly values: Values }
  | { readonly kind: 'rollback'; readonly version: number }
  | { readonly kind: 'confirm' }
  | { readonly kind: 'revert' }
  | { readonly kind: 'drain'; readonly on: boolean }
  | { readonly kind: 'restart' }
  | { readonly kind: 'power-off' };

/** What came of it. */
export type Outcome =
  /** One more screen, over the one it was asked on. */
  | { readonly kind: 'screen'; readonly screen: Screen }
  /** It is done; the screen it was asked on goes, and this is said. */
  | { readonly kind: 'done'; readonly screen: Screen | null }
  /** A form was not taken. */
  | { readonly kind: 'mistakes'; readonly mistakes: readonly string[] }
  | { readonly kind: 'authenticated' }
  | { readonly kind: 'failed'; readonly message: string };
