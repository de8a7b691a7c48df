import { type ErrorCode, Lexer, LineCounter, Parser, parseDocument as parseYaml } from 'yaml';
import { CONFIGURATION_MAX_BYTES, ConfigurationError } from '../../../contract/configuration/parse-configuration.ts';

/** A configuration has six. V8 itself ends, not to be caught, when the parser above it nests thousands of calls. */
const MAX_DEPTH = 32;
/** Words, marks, blanks and line ends. That keys are unique is looked up in time that grows with their square. */
const MAX_TOKENS = 20_000;
const MAX_ALIASES = 50;

/** A document, and where in its text each part stands. */
export interface PlacedDocument {
  readonly value: unknown;
  /**
   * @param path of a part, or of a part that is missing
   * @returns FILE:LINE:COLUMN of the nearest part there is
   */
  place(path: readonly string[]): string;
}

/**
 * Reads YAML 1.2, and so JSON, that anyone may have written: bounded in size, depth, words and aliases before anything is
 * made of it.
 * @param name shown in mistakes
 * @throws {ConfigurationError} with every mistake and its place
 */
export function readBoundedYaml(text: string, name: string): PlacedDocument {
  if (Buffer.byteLength(text) > CONFIGURATION_MAX_BYTES)
    throw new ConfigurationError([`${name}: is larger than ${CONFIGURATION_MAX_BYTES / 1024} KiB`]);
  const excess = excessOf(text);
  if (excess !== undefined) throw new ConfigurationError([`${name}: ${excess}`]);
  const lines = new LineCounter();
  const document = parseYaml(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.2',
    schema: 'core',
    // Nothing is said on standard error; "silent" would let several documents pass as one.
    logLevel: 'error',
  });
  const at = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${line}:${col}`;
  };
  // What is only warned of, such as a tag nobody knows, has no place in a configuration either.
  const troubles = [...document.errors, ...document.warnings];
  if (troubles.length > 0)
    throw new ConfigurationError(troubles.map(({ pos, code, message }) => `${at(pos[0])}: ${worded(code, message)}`));
  return { value: plain(() => document.toJS({ maxAliasCount: MAX_ALIASES }), name), place };

  function place(path: readonly string[]): string {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
      if (node?.range != null) return at(node.range[0]);
    }
    return at(document.contents?.range?.[0] ?? 0);
  }
}

/**
 * The parser's messages quote what they trip over, which may be a secret that begins with one of YAML's marks.
 * @returns what is wrong, in words that show nothing of the text
 */
function worded(code: ErrorCode, message: string): string {
  if (code === 'BAD_ALIAS' || code === 'TAG_RESOLVE_FAILED')
    return 'a text that begins with * or ! has to be in quotes';
  return message.split(/[:\n]/, 1)[0] ?? code;
}

/** @returns what there is too much of; the parser that is asked here keeps a list of its own and calls nothing deeper */
function excessOf(text: string): string | undefined {
  const parser = new Parser();
  let tokens = 0;
  for (const token of new Lexer().lex(text)) {
    for (const _ of parser.next(token));
    tokens += 1;
    if (tokens > MAX_TOKENS) return 'has more parts than any configuration';
    if (parser.stack.length > MAX_DEPTH) return 'is nested deeper than any configuration';
  }
  return undefined;
}

function plain(make: () => unknown, name: string): unknown {
  try {
    return make();
  } catch (error) {
    // Nothing else can go wrong there.
    if (!(error instanceof ReferenceError)) throw error;
    const isBomb = error.message.startsWith('Excessive alias count');
    throw new ConfigurationError([
      `${name}: ${isBomb ? 'has more references than any configuration' : worded('BAD_ALIAS', '')}`,
    ]);
  }
}
