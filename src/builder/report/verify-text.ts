import { table } from './table.ts';

/** What `kiln verify` tells of one broken rule. */
export interface BrokenRule {
  readonly rule: string;
  readonly file: string;
  readonly where: string;
  readonly message: string;
}

/** The report for a person. */
export function verifyText(report: {
  readonly artifacts: readonly string[];
  readonly rules: number;
  readonly findings: readonly BrokenRule[];
}): string {
  const { artifacts, rules, findings } = report;
  if (findings.length === 0) return `${artifacts.length} artifacts keep all ${rules} rules.`;
  const rows = findings.map(({ rule, file, where, message }) => [rule, file, where, message]);
  const broken = new Set(findings.map(({ rule }) => rule)).size;
  return [
    table([['RULE', 'FILE', 'WHERE', 'WHAT'], ...rows]),
    '',
    `${broken} of ${rules} rules are broken in ${new Set(findings.map(({ file }) => file)).size} files.`,
  ].join('\n');
}
