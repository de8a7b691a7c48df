import type { Configuration } from '../../contract/configuration/configuration.ts';

/** One setting that differs, by its path with dots. */
export interface Difference {
  readonly path: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What differs between two configurations, setting by setting. Lists count as one setting each. */
export function differences(before: Configuration, after: Configuration): Difference[] {
  const [old, now] = [settings(before), settings(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((path) => JSON.stringify(old.get(path)) !== JSON.stringify(now.get(path)))
    .map((path) => ({ path, before: old.get(path), after: now.get(path) }));
}

function settings(value: unknown, path = ''): Map<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return new Map([[path, value]]);
  return new Map(
    Object.entries(value).flatMap(([name, inner]) => [...settings(inner, path === '' ? name : `${path}.${name}`)]),
  );
}

/**
 * A document with one setting replaced.
 * @param path names with dots between; what is missing or `null` on the way is made
 * @param text JSON, or anything else as a string
 * @returns a copy, not checked yet
 */
export function withSetting(document: object, path: string, text: string): object {
  const [name = '', ...rest] = path.split('.');
  const inner = Object.hasOwn(document, name) ? (document as Record<string, unknown>)[name] : undefined;
  const value =
    rest.length === 0
      ? jsonOrText(text)
      : withSetting(typeof inner === 'object' && inner !== null ? inner : {}, rest.join('.'), text);
  // A name such as __proto__ becomes a setting like any other, which the schema refuses.
  return Object.fromEntries([...Object.entries(document).filter(([key]) => key !== name), [name, value]]);
}

function jsonOrText(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // No JSON: host names, addresses and the like need no quotes.
    return text;
  }
}
