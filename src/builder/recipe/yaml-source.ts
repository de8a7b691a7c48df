import { isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import type { RecipePath } from './mistake.ts';

/** A place in a file as editors count it, both from 1. */
export interface Position {
  line: number;
  column: number;
}

export interface SyntaxMistake extends Position {
  message: string;
}

export interface YamlSource {
  /** The content as plain values; undefined when there are syntax errors. */
  value: unknown;
  syntax: readonly SyntaxMistake[];
  /** Where the value at `path` stands, or its key; the nearest thing around it when it is not there. */
  locate(path: RecipePath, atKey: boolean): Position;
}

/** Recipes need no anchors; a few are let through, a bomb of them is not. */
const MAX_ALIASES = 50;

/** Reads one YAML 1.2 document and remembers where everything stands. Warnings (unknown tags) count as errors. */
export function readYaml(text: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, version: '1.2' });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  const syntax = [...document.errors, ...document.warnings].map((error) => ({
    ...at(error.pos[0]),
    message: firstLine(error.message),
  }));
  const locate = (path: RecipePath, atKey: boolean): Position => {
    if (atKey) {
      const parent = document.getIn(path.slice(0, -1), true);
      const pair = isMap(parent) && parent.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1));
      if (pair && isScalar(pair.key) && pair.key.range) return at(pair.key.range[0]);
    }
    for (let depth = path.length; depth >= 0; depth--) {
      const node = depth === 0 ? document.contents : document.getIn(path.slice(0, depth), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return { line: 1, column: 1 };
  };
  if (syntax.length > 0) return { value: undefined, syntax, locate };
  try {
    return { value: document.toJS({ maxAliasCount: MAX_ALIASES }), syntax, locate };
  } catch (error) {
    // ReferenceError: an alias without anchor, or more aliases than allowed.
    if (!(error instanceof ReferenceError)) throw error;
    return { value: undefined, syntax: [{ line: 1, column: 1, message: firstLine(error.message) }], locate };
  }
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? text;
}
