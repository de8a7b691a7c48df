import { oneLine } from '../../../contract/one-line.ts';
import { SENTENCE_MAX_CHARACTERS } from '../../../contract/updates/field-forms.ts';

/**
 * A text from outside, for a terminal: nothing in it moves the cursor, colours or turns the direction of writing.
 * @param text of any form; line feeds stay
 */
export function plain(text: string): string {
  return text.replaceAll('\t', '    ').replace(/[^\P{C}\n]+/gu, '');
}

/** The same on one line. */
export function plainLine(text: string): string {
  return oneLine(text, SENTENCE_MAX_CHARACTERS);
}

/** @param time RFC 3339 in UTC. @returns such as `2026-03-01 02:00:00 UTC` */
export function shownTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
}

/** A table without lines; the last column is as wide as it likes. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}
