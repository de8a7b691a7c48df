import type { Status } from '../../contract/health.ts';
import type { Access } from './access.ts';
import type { Outcome } from './effects.ts';
import type { Key } from './key.ts';
import type { Screen } from './screens.ts';
import type { Size } from './view.ts';

/** The appliance as it is now; looked up again every few seconds. */
export interface Facts {
  /** Title and version. */
  readonly title: string;
  readonly hostname: string;
  /** With prefix lengths. */
  readonly addresses: readonly string[];
  readonly access: Access;
  /** null: the agent does not answer. */
  readonly status: Status | null;
  /** When a change of the network undoes itself, in milliseconds since 1970. */
  readonly confirmBefore: number | null;
}

export interface State {
  readonly facts: Facts;
  /** Never empty; the last is the one that is seen. */
  readonly screens: readonly [Screen, ...Screen[]];
  /** Whether the administrator's password was given. */
  readonly authenticated: boolean;
  /** In milliseconds since 1970. */
  readonly now: number;
  readonly size: Size;
}

export type Event =
  | { readonly kind: 'key'; readonly key: Key }
  | { readonly kind: 'facts'; readonly facts: Facts }
  | { readonly kind: 'clock'; readonly now: number }
  | { readonly kind: 'resize'; readonly size: Size }
  | { readonly kind: 'outcome'; readonly outcome: Outcome };

export function firstState(facts: Facts, now: number, size: Size): State {
  const menu: Screen = { kind: 'list', title: '', items: 'main', chosen: 0 };
  return { facts, screens: [menu], authenticated: false, now, size };
}

export function topScreen({ screens }: State): Screen {
  return screens.at(-1) ?? screens[0];
}

export function withTop(state: State, screen: Screen): State {
  return { ...state, screens: nonEmpty([...state.screens.slice(0, -1), screen]) };
}

export function push(state: State, screen: Screen): State {
  return { ...state, screens: [...state.screens, screen] };
}

/** The first screen stays. */
export function pop(state: State): State {
  return state.screens.length === 1 ? state : { ...state, screens: nonEmpty(state.screens.slice(0, -1)) };
}

function nonEmpty(screens: readonly Screen[]): readonly [Screen, ...Screen[]] {
  const [first, ...rest] = screens;
  if (first === undefined) throw new Error('there is no screen');
  return [first, ...rest];
}
