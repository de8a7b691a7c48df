import type { Configuration } from '../../../contract/configuration/configuration.ts';
import type { Mistakes, Values } from '../screens.ts';

export interface Field {
  readonly name: string;
  readonly label: string;
  /** A secret is shown as stars. A choice is one of `choices`, by its value. */
  readonly kind: 'text' | 'secret' | 'choice';
  readonly choices?: readonly { readonly value: string; readonly label: string }[];
  /** Shown on the line before the last while the field has the keys. */
  readonly help: string;
  /** Absent: always. */
  shownWhen?(values: Values): boolean;
  /** Places of the configuration it stands for: mistakes at these, and below, are its own. */
  readonly places: readonly string[];
}

export interface Form {
  readonly title: string;
  readonly intro: string;
  readonly fields: readonly Field[];
  readonly submit: string;
  /** What is asked before anything is done. @returns no entries when it may be done */
  check?(values: Values): Mistakes;
}

/** A form that stands for a part of the configuration. */
export interface ConfigurationForm extends Form {
  read(configuration: Configuration): Values;
  /** Nothing is judged here: what is wrong comes back with its place. */
  write(configuration: Configuration, values: Values): Configuration;
}

/** Longer than any setting of one line. */
export const TEXT_LIMIT = 1024;

export function shownFields(form: Form, values: Values): readonly Field[] {
  return form.fields.filter((field) => field.shownWhen?.(values) ?? true);
}

/** A list on one line: parts between blanks or commas. */
export function partsOf(text: string | undefined): string[] {
  return (text ?? '').split(/[\s,]+/).filter((part) => part !== '');
}

/**
 * Gives each mistake of the configuration to its field.
 * @param texts `/place: what is wrong`, as ConfigurationError has them
 */
export function byField({ fields }: Form, values: Values, texts: readonly string[]): Mistakes {
  const mistakes: Record<string, string[]> = {};
  for (const text of texts) {
    const place = /^(\/\S*): /.exec(text)?.[1];
    const shown = fields.filter((field) => field.shownWhen?.(values) ?? true);
    const owner = shown.find(({ places }) => places.some((one) => place === one || place?.startsWith(`${one}/`)));
    const said = owner === undefined || place === undefined ? text : text.slice(place.length + 2);
    const name = owner?.name ?? '';
    mistakes[name] = [...(mistakes[name] ?? []), said];
  }
  return mistakes;
}
