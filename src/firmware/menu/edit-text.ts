import { TEXT_LIMIT } from './forms/field.ts';
import type { Key } from './key.ts';

/** A text and where the next letter goes. */
export interface Line {
  readonly text: string;
  readonly cursor: number;
}

/** @returns undefined when the key does nothing to a text */
export function editText({ text, cursor }: Line, key: Key): Line | undefined {
  const at = Math.min(cursor, text.length);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (key.name) {
    case 'text': {
      const added = key.text.slice(0, Math.max(0, TEXT_LIMIT - text.length));
      return { text: before + added + after, cursor: at + added.length };
    }
    case 'backspace':
      return { text: before.slice(0, -1) + after, cursor: Math.max(0, at - 1) };
    case 'delete':
      return { text: before + after.slice(1), cursor: at };
    case 'clear':
      return { text: '', cursor: 0 };
    case 'left':
      return { text, cursor: Math.max(0, at - 1) };
    case 'right':
      return { text, cursor: Math.min(text.length, at + 1) };
    case 'home':
      return { text, cursor: 0 };
    case 'end':
      return { text, cursor: text.length };
    default:
      return undefined;
  }
}
