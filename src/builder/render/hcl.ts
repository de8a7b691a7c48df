import { KilnError } from '../errors.ts';

/**
 * A string as an HCL2 quoted literal: nothing in it is taken for an interpolation or a directive.
 * Source: HCL native syntax specification, "Template Expressions".
 * @throws {KilnError} `template-invalid` for anything but a string
 */
export function hclString(value: unknown): string {
  if (typeof value !== 'string') {
    throw new KilnError({
      code: 'template-invalid',
      message: `a template gives ${typeof value} where a string belongs`,
      hint: 'This is a mistake in the template.',
    });
  }
  const escaped = JSON.stringify(value).replace(/\$\{/g, '$$${').replace(/%\{/g, '%%{');
  // Packer fills in its own marks after HCL; a value must not carry one.
  return escaped.replace(/\{\{/g, '{\\u007b');
}

/** A string as a YAML double-quoted scalar. JSON strings are a subset of those (YAML 1.2, section 7.3.1). */
export function yamlString(value: unknown): string {
  return JSON.stringify(String(value));
}

/** A word of a POSIX shell command, quoted so that the shell changes nothing. */
export function shellWord(value: string): string {
  return `'${value.replaceAll("'", `'\\''`)}'`;
}
