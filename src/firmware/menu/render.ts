import { formOf } from './forms/index.ts';
import { buttonRow, formBody } from './render-form.ts';
import { serviceWords } from './reports.ts';
import type { ListScreen, QuestionScreen, TextScreen } from './screens.ts';
import { type State, topScreen } from './state.ts';
import { itemsOf } from './update.ts';
import { type Body, frame, paragraphRows, printable, type Row, type Size, usable, type View } from './view.ts';

/** The screen of a state. The same state and size give the same rows. */
export function render(state: State): View {
  const size = usable(state.size);
  const screen = topScreen(state);
  const { title, hostname } = state.facts;
  const show = (name: string, body: Body, keys: string): View =>
    frame(size, { appliance: printable(title), screen: printable(name), hostname: printable(hostname) }, body, keys);
  switch (screen.kind) {
    case 'list':
      return show(screen.title, listBody(screen, state, size), LIST_KEYS[backOf(state)]);
    case 'text':
      return show(screen.title, textBody(screen, size), 'Enter or Esc: back   Up, Down: scroll');
    case 'form':
      return show(formOf(screen.form).title, formBody(screen, size.columns), 'Tab, Enter: next field   Esc: back');
    case 'question':
      return show(screen.title, questionBody(screen, state, size), 'Left, Right: choose   Enter: do it   Esc: back');
    case 'busy':
      return show('', stillBody([screen.text], size), '');
  }
}

const LIST_KEYS = {
  leave: 'Up, Down: choose   Enter: open   Esc: leave the menu',
  back: 'Up, Down: choose   Enter: open   Esc: back',
} as const;

function backOf({ screens }: State): keyof typeof LIST_KEYS {
  return screens.length === 1 ? 'leave' : 'back';
}

function listBody(screen: ListScreen, state: State, { columns }: Size): Body {
  const items = itemsOf(screen, state);
  const chosen = Math.min(screen.chosen, items.length - 1);
  const width = Math.max(...items.map(({ label }) => label.length), 0);
  const rows = items.map(({ label, about }, index): Row => {
    const number = index < 9 ? `${index + 1}` : ' ';
    const start = ` ${index === chosen ? '>' : ' '} ${number} ${printable(label).padEnd(width)}`;
    const text = columns >= start.length + 12 ? `${start}   ${printable(about)}` : start;
    return index === chosen ? { text, reversed: [3, start.length] } : { text };
  });
  const below = screen.items === 'main' ? glance(state) : [];
  return { rows: [...rows, ...below], focus: Math.max(0, chosen), cursor: null, scrolled: 'focus' };
}

/** What matters most, for whoever has the menu open. */
function glance({ facts: { status, addresses, access } }: State): Row[] {
  const state = status === null ? 'The agent does not answer' : serviceWords(status);
  const where = addresses.length === 0 ? 'no address' : addresses.join('  ');
  const closed = access === 'open' ? [{ text: '   Nobody can log in yet: set a password here, or give a key' }] : [];
  return [{ text: '' }, { text: printable(`   ${state}, ${where}`) }, ...closed];
}

function textBody({ paragraphs, scrolled }: TextScreen, size: Size): Body {
  return { ...stillBody(paragraphs, size), scrolled };
}

function stillBody(paragraphs: readonly string[], size: Size): Body {
  return { rows: paragraphRows(paragraphs, size), focus: 0, cursor: null, scrolled: 0 };
}

function questionBody(screen: QuestionScreen, { now }: State, size: Size): Body {
  const left = screen.until === null ? null : Math.max(0, Math.ceil((screen.until - now) / 1000));
  const paragraphs = left === null ? screen.paragraphs : [...screen.paragraphs, '', `Undone in ${left} s.`];
  const labels = screen.answers.map(({ label }) => label);
  const rows = [...stillBody(paragraphs, size).rows, { text: '' }, buttonRow(labels, screen.chosen)];
  return { rows, focus: rows.length - 1, cursor: null, scrolled: 'focus' };
}
