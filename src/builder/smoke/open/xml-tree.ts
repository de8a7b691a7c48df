import { convert } from 'xmlbuilder2';

/** An element: children by local name, attributes by local name after `@`. Repeated children are an array. */
export type XmlNode = Readonly<Record<string, unknown>>;

/**
 * Parses XML into plain objects without namespace prefixes: descriptors use each local name for one thing only.
 * @returns undefined when the text is no XML document, or has a document type, which could define entities
 */
export function parseXml(text: string): XmlNode | undefined {
  if (!text.trimStart().startsWith('<') || /<!DOCTYPE/i.test(text)) return undefined;
  try {
    return asNode(withoutPrefixes(convert(text, { format: 'object' })));
  } catch {
    // The parser tells malformed text by errors of several classes; to the caller they are all the same answer.
    return undefined;
  }
}

export function asNode(value: unknown): XmlNode | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as XmlNode) : undefined;
}

/** The children of one name: none, one or many. */
export function nodes(value: unknown): XmlNode[] {
  return (Array.isArray(value) ? value : [value]).map(asNode).filter((node) => node !== undefined);
}

/** An attribute's value or the text of an element without attributes; '' when there is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function withoutPrefixes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrefixes);
  if (typeof value !== 'object' || value === null) return value;
  const plain: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, child] of parts(value)) {
    // A namespace declaration, which would otherwise pass for an attribute of the same name.
    if (/^@xmlns(:|$)/.test(key)) continue;
    const name = key.replace(/^(@?)[^:]*:/, '$1');
    const known = plain[name];
    plain[name] = known === undefined || name.startsWith('@') ? child : [known, child].flat();
  }
  return plain;
}

/** Attributes and children. Where children of several names alternate, the parser gives a list of them in order. */
function parts(element: object): (readonly [key: string, child: unknown])[] {
  return Object.entries(element).flatMap(([key, child]) =>
    key === '#' && Array.isArray(child)
      ? child.flatMap((entry: unknown) => (typeof entry === 'object' && entry !== null ? parts(entry) : []))
      : [[key, withoutPrefixes(child)] as const],
  );
}
