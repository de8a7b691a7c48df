/** Columns and rows of a terminal. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface Row {
  readonly text: string;
  /** Which part is shown reversed: from, and up to but not with. */
  readonly reversed?: readonly [number, number];
}

/** What a terminal is to show: plain ASCII, never wider or higher than it is. */
export interface View {
  readonly rows: readonly Row[];
  /** Where the next letter goes; null where nobody types. */
  readonly cursor: { readonly row: number; readonly column: number } | null;
}

/** The middle of a screen, as high as it likes to be. */
export interface Body {
  readonly rows: readonly Row[];
  /** The row that has to be seen. */
  readonly focus: number;
  /** In that row. */
  readonly cursor: number | null;
  /** Rows above the screen; `focus` asks for as few as needed. */
  readonly scrolled: number | 'focus';
}

/** The first line. */
export interface Heading {
  readonly appliance: string;
  /** Empty on the first screen. */
  readonly screen: string;
  readonly hostname: string;
}

/** A terminal that claims less is treated as one of this size. */
const LEAST: Size = { columns: 20, rows: 5 };

export function usable({ columns, rows }: Size): Size {
  return { columns: Math.max(LEAST.columns, columns), rows: Math.max(LEAST.rows, rows) };
}

/** Rows that are left for the middle. */
function bodyRows({ rows }: Size): number {
  // Title and keys, and on a screen that has room a blank row after the one and before the other.
  return rows - (rows >= ROOMY ? 4 : 2);
}

const ROOMY = 16;

/** Puts a title above and keys below what is in the middle, and shows as much of that as there is room for. */
export function frame(size: Size, { appliance, screen, hostname }: Heading, body: Body, keys: string): View {
  const { columns, rows } = size;
  const room = bodyRows(size);
  const above = rows >= ROOMY ? 2 : 1;
  const scrolled =
    body.scrolled === 'focus'
      ? Math.max(0, Math.min(body.focus - room + 1 + Math.floor(room / 4), body.rows.length - room))
      : Math.max(0, Math.min(body.scrolled, body.rows.length - room));
  const seen = body.rows.slice(scrolled, scrolled + room).map((row) => clipped(row, columns));
  const blanks = Array.from({ length: room - seen.length }, (): Row => ({ text: '' }));
  const blank: readonly Row[] = rows >= ROOMY ? [{ text: '' }] : [];
  const more = scrolled + room < body.rows.length ? '(more below)  ' : scrolled > 0 ? '(more above)  ' : '';
  const whole = screen === '' ? ` ${appliance}` : ` ${appliance}: ${screen}`;
  // What this is counts for more than where it is.
  const head = bar(whole.length < columns || screen === '' ? whole : ` ${screen}`, `${hostname} `, columns);
  return {
    rows: [head, ...blank, ...seen, ...blanks, ...blank, clipped({ text: ` ${more}${keys}` }, columns)],
    cursor:
      body.cursor === null ? null : { row: above + body.focus - scrolled, column: Math.min(body.cursor, columns - 1) },
  };
}

/** How many rows of a text may be above the screen. */
export function scrollLimit(paragraphs: readonly string[], terminal: Size): number {
  const size = usable(terminal);
  return Math.max(0, paragraphRows(paragraphs, size).length - bodyRows(size));
}

function bar(left: string, right: string, columns: number): Row {
  const gap = columns - left.length - right.length;
  const text = gap > 0 ? `${left}${' '.repeat(gap)}${right}` : left.slice(0, columns).padEnd(columns);
  return { text, reversed: [0, columns] };
}

/** The last column stays empty: a terminal would go on to the next line. */
function clipped({ text, reversed }: Row, columns: number): Row {
  const shown = text.length < columns ? text : `${text.slice(0, columns - 2)}~`;
  if (reversed === undefined) return { text: shown };
  return { text: shown, reversed: [Math.min(reversed[0], columns - 1), Math.min(reversed[1], columns - 1)] };
}

/** What a terminal could take for an order, or not have a letter for, becomes a question mark. */
export function printable(text: string): string {
  return text.replace(/[^ -~]/g, '?');
}

/** Breaks a paragraph at blanks; a word longer than a line is cut. */
export function wrap(text: string, columns: number): string[] {
  const width = Math.max(8, columns);
  const lines: string[] = [];
  let line = '';
  for (const word of printable(text).split(' ')) {
    let rest = word;
    if (line !== '' && line.length + 1 + rest.length <= width) {
      line += ` ${rest}`;
      continue;
    }
    if (line !== '') lines.push(line);
    for (; rest.length > width; rest = rest.slice(width)) lines.push(rest.slice(0, width));
    line = rest;
  }
  return [...lines, line];
}

/** Paragraphs broken to the screen; what a paragraph begins with, in blanks, all its lines do. */
export function paragraphRows(paragraphs: readonly string[], { columns }: Size): Row[] {
  return paragraphs.flatMap((text) => {
    const indent = /^ */.exec(text)?.[0] ?? '';
    return wrap(text.slice(indent.length), columns - 3 - indent.length).map((line) => ({ text: `  ${indent}${line}` }));
  });
}
