import type { Action } from './access.ts';
import type { Effect } from './effects.ts';
import type { FormId } from './forms/index.ts';

/** One line that can be chosen. */
export interface Item {
  readonly label: string;
  readonly about: string;
  readonly action: Action;
  readonly effect: Effect;
}

export interface ListScreen {
  readonly kind: 'list';
  readonly title: string;
  /** `main`: what the appliance offers now. */
  readonly items: readonly Item[] | 'main';
  readonly chosen: number;
}

/** Something to read, longer than the screen perhaps. */
export interface TextScreen {
  readonly kind: 'text';
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Lines that are above the screen. */
  readonly scrolled: number;
}

/** What stands in the fields of a form, by their name. */
export type Values = Readonly<Record<string, string>>;
/** By the field they belong to; those of no field stand under the empty name. */
export type Mistakes = Readonly<Record<string, readonly string[]>>;

export interface FormScreen {
  readonly kind: 'form';
  readonly form: FormId;
  readonly values: Values;
  /** Where the keys go: a field that is shown, or one of the two buttons after them. */
  readonly focus: number;
  /** In the text of the field, in characters. */
  readonly cursor: number;
  readonly mistakes: Mistakes;
  /** Done after the administrator's password was right. */
  readonly then: Effect | null;
}

/** A question with two answers, the harmless one chosen. */
export interface QuestionScreen {
  readonly kind: 'question';
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** In milliseconds since 1970; what is left is told. */
  readonly until: number | null;
  readonly answers: readonly [Answer, Answer];
  readonly chosen: number;
}

export interface Answer {
  readonly label: string;
  /** null: nothing is done. */
  readonly effect: Effect | null;
}

/** Something is being done; keys wait. */
export interface BusyScreen {
  readonly kind: 'busy';
  readonly text: string;
}

export type Screen = ListScreen | TextScreen | FormScreen | QuestionScreen | BusyScreen;

/** @param text paragraphs, which are broken to the width of the terminal when they are shown */
export function textScreen(title: string, ...paragraphs: string[]): TextScreen {
  return { kind: 'text', title, paragraphs, scrolled: 0 };
}
