import type { Row, View } from './view.ts';

const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const PLAIN = '\x1b[0m';
const TO_END_OF_LINE = '\x1b[K';

/** What to write to a terminal so that it shows a view: only rows that changed, so that nothing flickers (ECMA-48). */
export class Painter {
  #rows: readonly Row[] = [];

  /** Forgets what the terminal shows: somebody else wrote to it, or its size changed. */
  forget(): void {
    this.#rows = [];
  }

  paint({ rows, cursor }: View): string {
    const changed = rows.flatMap((row, index) =>
      same(row, this.#rows[index]) ? [] : [`${at(index, 0)}${painted(row)}${TO_END_OF_LINE}`],
    );
    this.#rows = rows;
    const end = cursor === null ? '' : `${at(cursor.row, cursor.column)}${SHOW_CURSOR}`;
    return `${HIDE_CURSOR}${changed.join('')}${end}`;
  }
}

/** An empty terminal, as whoever comes next wants it. */
export const CLEARED = `${PLAIN}\x1b[2J${at(0, 0)}${SHOW_CURSOR}`;

function at(row: number, column: number): string {
  return `\x1b[${row + 1};${column + 1}H`;
}

function same(one: Row, other: Row | undefined): boolean {
  return one.text === other?.text && one.reversed?.join() === other.reversed?.join();
}

function painted({ text, reversed }: Row): string {
  if (reversed === undefined) return text;
  const [from, to] = reversed;
  return `${text.slice(0, from)}\x1b[7m${text.slice(from, to)}${PLAIN}${text.slice(to)}`;
}
