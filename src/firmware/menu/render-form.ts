import { type Field, shownFields } from './forms/field.ts';
import { formOf } from './forms/index.ts';
import type { FormScreen } from './screens.ts';
import { type Body, printable, type Row, wrap } from './view.ts';

const LABEL_COLUMNS = 18;

/** Fields one below the other, each mistake right under its field, then two buttons and what to type. */
export function formBody(screen: FormScreen, columns: number): Body {
  const form = formOf(screen.form);
  const fields = shownFields(form, screen.values);
  const rows: Row[] = [];
  let focus = 0;
  let cursor: number | null = null;
  if (form.intro !== '')
    rows.push(...wrap(form.intro, columns - 3).map((text) => ({ text: `  ${text}` })), { text: '' });
  for (const [index, field] of fields.entries()) {
    const focused = index === screen.focus;
    const shown = fieldRow(field, screen, focused, columns);
    if (focused) [focus, cursor] = [rows.length, shown.cursor];
    rows.push(shown.row, ...mistakeRows(screen.mistakes[field.name] ?? [], columns));
  }
  rows.push({ text: '' });
  const onButtons = screen.focus - fields.length;
  if (onButtons >= 0) focus = rows.length;
  rows.push(buttonRow([form.submit, 'Cancel'], onButtons));
  const others = mistakeRows(screen.mistakes[''] ?? [], columns);
  if (others.length > 0) rows.push({ text: '' }, ...others);
  const help = fields[screen.focus]?.help;
  if (help !== undefined) rows.push({ text: '' }, ...wrap(help, columns - 3).map((text) => ({ text: `  ${text}` })));
  return { rows, focus, cursor, scrolled: 'focus' };
}

/** The chosen one is reversed, and marked for terminals that can not. */
export function buttonRow(labels: readonly string[], chosen: number): Row {
  const parts = labels.map((label, index) => (index === chosen ? `>[ ${label} ]` : ` [ ${label} ]`));
  const text = ` ${parts.join(' ')}`;
  const part = parts[chosen];
  if (part === undefined) return { text };
  const from = text.indexOf(part) + 1;
  return { text, reversed: [from, from + part.length - 1] };
}

function fieldRow(
  field: Field,
  { values, cursor }: FormScreen,
  focused: boolean,
  columns: number,
): { row: Row; cursor: number | null } {
  const value = values[field.name] ?? '';
  const mark = focused ? '>' : ' ';
  const label = `${mark} ${field.label.padEnd(LABEL_COLUMNS)}`;
  if (field.kind === 'choice') {
    const text = `< ${field.choices?.find((one) => one.value === value)?.label ?? value} >`;
    const row = { text: label + text };
    return {
      row: focused ? { ...row, reversed: [label.length, label.length + text.length] } : row,
      cursor: null,
    };
  }
  const width = Math.max(6, columns - label.length - 2);
  const shown = field.kind === 'secret' ? '*'.repeat(value.length) : printable(value);
  // The part around the cursor, where the text is longer than the screen.
  const from = focused ? Math.max(0, Math.min(cursor, shown.length) - width + 1) : 0;
  const text = shown.slice(from, from + width).padEnd(width, '_');
  return { row: { text: label + text }, cursor: focused ? label.length + Math.min(cursor, shown.length) - from : null };
}

function mistakeRows(texts: readonly string[], columns: number): Row[] {
  return texts.flatMap((text) =>
    wrap(text, columns - 6).map((line, index) => ({ text: `  ${index === 0 ? '!' : ' '} ${line}` })),
  );
}
