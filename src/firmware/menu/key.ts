/** What readline's `keypress` tells of a key, as far as the menu cares. */
export interface Keypress {
  readonly name?: string | undefined;
  readonly sequence?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly shift?: boolean | undefined;
}

export type Key =
  | { readonly name: 'up' | 'down' | 'left' | 'right' | 'home' | 'end' | 'pageup' | 'pagedown' }
  | { readonly name: 'enter' | 'escape' | 'next' | 'previous' | 'backspace' | 'delete' | 'clear' | 'repaint' }
  | { readonly name: 'text'; readonly text: string };

const named: Readonly<Record<string, Key>> = {
  up: { name: 'up' },
  down: { name: 'down' },
  left: { name: 'left' },
  right: { name: 'right' },
  home: { name: 'home' },
  end: { name: 'end' },
  pageup: { name: 'pageup' },
  pagedown: { name: 'pagedown' },
  return: { name: 'enter' },
  enter: { name: 'enter' },
  escape: { name: 'escape' },
  tab: { name: 'next' },
  backspace: { name: 'backspace' },
  delete: { name: 'delete' },
};
/** What shells have taught people. */
const withControl: Readonly<Record<string, Key>> = {
  a: { name: 'home' },
  e: { name: 'end' },
  u: { name: 'clear' },
  n: { name: 'down' },
  p: { name: 'up' },
  d: { name: 'delete' },
  h: { name: 'backspace' },
  l: { name: 'repaint' },
  c: { name: 'escape' },
};

/** @returns undefined for a key that means nothing here */
export function keyOf({ name = '', sequence = '', ctrl, meta, shift }: Keypress): Key | undefined {
  if (ctrl === true) return withControl[name];
  if (name === 'tab' && shift === true) return { name: 'previous' };
  // Escape alone is told with the meta mark, for it may begin a longer sequence.
  if (meta === true && name !== 'escape') return undefined;
  const known = named[name];
  if (known !== undefined) return known;
  const text = [...sequence].filter((character) => character >= ' ' && character <= '~').join('');
  return text !== '' && text === sequence ? { name: 'text', text } : undefined;
}
