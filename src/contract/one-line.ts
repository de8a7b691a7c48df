/** Whatever ends a line, moves a cursor, turns the direction of writing, or is half a character. */
const UNFIT = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]+/gu;

/**
 * Makes of any text one line that may be shown on a terminal: what is unfit for that becomes a blank.
 * @param maxCharacters UTF-16 units that are kept; no character is cut in two
 */
export function oneLine(text: string, maxCharacters: number): string {
  return text
    .replace(UNFIT, ' ')
    .trim()
    .slice(0, maxCharacters)
    .replace(/\p{Cs}$/u, '');
}
