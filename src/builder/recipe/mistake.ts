/** Where in a recipe: keys and list positions from the root, `['disk', 'size']`. */
export type RecipePath = readonly (string | number)[];

/** One thing wrong with a recipe. */
export interface Mistake {
  path: RecipePath;
  /** What was expected and what was found, without the place. */
  message: string;
  /** Whether the mistake is the last key of `path` itself and not its value. */
  atKey?: boolean;
}

/** `hardware.deployments[1].memory` */
export function showPath(path: RecipePath): string {
  return path.reduce<string>(
    (shown, part) => (typeof part === 'number' ? `${shown}[${part}]` : shown === '' ? part : `${shown}.${part}`),
    '',
  );
}

/** A value as it is shown in a message: JSON, cut to a length that fits a line. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
