import { templateMistake } from './mistake.ts';

/**
 * A string as an HCL2 quoted literal: nothing in it is taken for an interpolation or a directive.
 * Source: HCL native syntax specification, "Quoted Template Expressions".
 * @throws {KilnError} `template-invalid` for anything but a string
 */
export function hclString(value: unknown): string {
  const json = JSON.stringify(bracesApart(text(value)));
  // JSON has two escapes that HCL does not know.
  const escaped = json.replace(/\\./g, (pair) => ({ '\\b': '\\u0008', '\\f': '\\u000c' })[pair] ?? pair);
  return escaped.replace(/([$%])\{/g, '$1$1{');
}

/** A string as a YAML double-quoted scalar. JSON strings are a subset of those (YAML 1.2, section 7.3.1). */
export function yamlString(value: unknown): string {
  return JSON.stringify(text(value));
}

/** A word of a POSIX shell command, quoted so that the shell changes nothing. */
export function shellWord(value: unknown): string {
  // Two quoted pieces side by side are one word; {{ would be taken for a template mark that was left.
  return `'${text(value)
    .replaceAll("'", `'\\''`)
    .replace(/\{(?=\{)/g, "{''")}'`;
}

/** Text of a line of Markdown in which no character marks anything up. */
export function markdownText(value: unknown): string {
  return text(value).replace(/[\\`*_{}[\]<>#|&]/g, '\\$&');
}

/**
 * After HCL, Packer fills in {{ marks of its own, in some fields twice, so that no escaping is right for all of them.
 * Braces in a recipe's words are parted instead. What provisioners read goes by a file, where they stay as they are.
 */
function bracesApart(value: string): string {
  return value.replace(/\{(?=\{)/g, '{ ');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw templateMistake(`a template gives ${typeof value} where text belongs`);
}
