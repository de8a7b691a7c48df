/**
 * What a page must not carry as it is: control characters but tab and line feed, halves of surrogate pairs, the two
 * noncharacters, and what turns the direction of the text around it.
 */
const UNPRINTABLE = /[^\P{Cc}\t\n]|\p{Cs}|\p{Bidi_Control}|[\ufffe\uffff]/gu;

/** @returns the value with every such character of every text in it replaced by U+FFFD; keys stay as they are */
export function printable(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(UNPRINTABLE, '\ufffd');
  if (Array.isArray(value)) return value.map(printable);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, printable(inner)]));
}
