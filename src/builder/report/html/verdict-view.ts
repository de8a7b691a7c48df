import type { Verdict } from '../smoke-report.ts';

/** A verdict as a sign, a word and a colour: the colour alone never tells it. */
export interface VerdictView {
  readonly style: Verdict;
  readonly sign: string;
  readonly word: string;
}

const SIGNS: Readonly<Record<Verdict, string>> = { passed: '✓', failed: '✕', skipped: '–' };

export function verdictView(verdict: Verdict): VerdictView {
  return { style: verdict, sign: SIGNS[verdict], word: verdict };
}
