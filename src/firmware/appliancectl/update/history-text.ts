import type { AuditEntry } from '../../../contract/updates/audit.ts';
import { columns, plainLine, shownTime } from './plain.ts';

/** Who did what, a line for each entry. */
export function historyText(entries: readonly AuditEntry[]): string {
  if (entries.length === 0) return 'Nobody did anything yet.\n';
  return columns(
    entries.map(({ time, who, what, version, result, detail }) => [
      ...[shownTime(time), plainLine(who), what, version ?? '-', result, plainLine(detail)],
    ]),
  );
}
