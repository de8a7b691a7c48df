/** What follows the help of a command. @param note a line before the examples */
export function examples(lines: readonly string[], note?: string): string {
  return `${note === undefined ? '' : `\n${note}\n`}\nExamples:\n${lines.map((line) => `  kiln channel ${line}`).join('\n')}`;
}
