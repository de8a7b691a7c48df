import { editText } from './edit-text.ts';
import type { Effect } from './effects.ts';
import { type Field, shownFields } from './forms/field.ts';
import { type FormId, formOf } from './forms/index.ts';
import type { Key } from './key.ts';
import type { FormScreen, Values } from './screens.ts';

/** What a key makes of a form: another form, something to do, or the end of it. */
export type FormStep =
  | { readonly kind: 'form'; readonly screen: FormScreen }
  | { readonly kind: 'submit'; readonly effect: Effect }
  | { readonly kind: 'cancel' };

export function formScreen(form: FormId, values: Values, then: Effect | null = null): FormScreen {
  const screen: FormScreen = { kind: 'form', form, values, focus: 0, cursor: 0, mistakes: {}, then };
  return moved(screen, 0);
}

/** Buttons come after the fields: submit, then cancel. */
export function submitFocus(screen: FormScreen): number {
  return shownFields(formOf(screen.form), screen.values).length;
}

export function updateForm(screen: FormScreen, key: Key): FormStep {
  const field = shownFields(formOf(screen.form), screen.values)[screen.focus];
  if (key.name === 'escape') return { kind: 'cancel' };
  if (key.name === 'next' || key.name === 'down') return stay(moved(screen, 1));
  if (key.name === 'previous' || key.name === 'up') return stay(moved(screen, -1));
  if (field === undefined) return updateButtons(screen, key);
  if (key.name === 'enter') return isLastOfOne(screen) ? submit(screen) : stay(moved(screen, 1));
  if (field.kind === 'choice') return stay(withValue(screen, field, nextChoice(field, screen.values, key), 0));
  const line = editText({ text: screen.values[field.name] ?? '', cursor: screen.cursor }, key);
  return stay(line === undefined ? screen : withValue(screen, field, line.text, line.cursor));
}

/** Puts the mistakes beside their fields and the keys on the first that has one. */
export function withMistakes(screen: FormScreen, mistakes: FormScreen['mistakes']): FormScreen {
  const shown = shownFields(formOf(screen.form), screen.values);
  const first = shown.findIndex(({ name }) => mistakes[name] !== undefined);
  return first < 0 ? { ...screen, mistakes } : moved({ ...screen, mistakes, focus: first }, 0);
}

function updateButtons(screen: FormScreen, key: Key): FormStep {
  const isSubmit = screen.focus === submitFocus(screen);
  if (key.name === 'enter') return isSubmit ? submit(screen) : { kind: 'cancel' };
  if (key.name === 'left' || key.name === 'right') return stay(moved(screen, isSubmit ? 1 : -1));
  return stay(screen);
}

function submit(screen: FormScreen): FormStep {
  const { form, values } = screen;
  const mistakes = formOf(form).check?.(values) ?? {};
  if (Object.keys(mistakes).length > 0) return stay(withMistakes(screen, mistakes));
  if (form === 'login') return { kind: 'submit', effect: { kind: 'authenticate', password: values.password ?? '' } };
  return { kind: 'submit', effect: { kind: 'submit', form, values } };
}

/** With a single field there is nothing to go on to. */
function isLastOfOne(screen: FormScreen): boolean {
  return submitFocus(screen) === 1;
}

function stay(screen: FormScreen): FormStep {
  return { kind: 'form', screen };
}

/** Goes round from the last to the first; the cursor stands at the end of a text. */
function moved(screen: FormScreen, by: number): FormScreen {
  const fields = shownFields(formOf(screen.form), screen.values);
  const places = fields.length + 2;
  const focus = (screen.focus + by + places) % places;
  return { ...screen, focus, cursor: screen.values[fields[focus]?.name ?? '']?.length ?? 0 };
}

function withValue(screen: FormScreen, { name }: Field, value: string, cursor: number): FormScreen {
  const changed = value !== (screen.values[name] ?? '');
  // What was wrong with the old text is not wrong with the new one.
  const { [name]: _, ...others } = screen.mistakes;
  return {
    ...screen,
    values: { ...screen.values, [name]: value },
    cursor,
    mistakes: changed ? others : screen.mistakes,
  };
}

function nextChoice({ name, choices = [] }: Field, values: Values, key: Key): string {
  const step = key.name === 'left' ? -1 : key.name === 'right' || (key.name === 'text' && key.text === ' ') ? 1 : 0;
  const at = choices.findIndex(({ value }) => value === (values[name] ?? ''));
  return choices[(at + step + choices.length) % choices.length]?.value ?? '';
}
