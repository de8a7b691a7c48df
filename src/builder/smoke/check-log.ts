import { interrupted } from '../errors.ts';
import type { CheckResult } from '../report/smoke-report.ts';
import type { Outcome } from './checks/check.ts';

/** What a check is called in a report. */
export interface CheckName {
  readonly id: string;
  readonly title: string;
}

/** Collects the answers of one guest. */
export class CheckLog {
  readonly #signal: AbortSignal;
  readonly #results: CheckResult[] = [];

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  get results(): readonly CheckResult[] {
    return this.#results;
  }

  get failed(): boolean {
    return this.#results.some((result) => result.verdict === 'failed');
  }

  /**
   * Asks one question and keeps the answer. A failure to ask is a failed check.
   * @returns whether it passed
   * @throws {KilnError} `interrupted` when the user stopped us, which says nothing about the guest
   */
  async ask({ id, title }: CheckName, question: () => Promise<Outcome>): Promise<boolean> {
    const started = performance.now();
    const { passed, detail } = await question().catch((error: unknown): Outcome => {
      if (this.#signal.aborted) throw interrupted();
      return { passed: false, detail: error instanceof Error ? error.message : String(error) };
    });
    const seconds = (performance.now() - started) / 1000;
    this.#results.push({ id, title, verdict: passed ? 'passed' : 'failed', detail, seconds });
    return passed;
  }

  skip(names: readonly CheckName[], why: string): void {
    for (const { id, title } of names) {
      this.#results.push({ id, title, verdict: 'skipped', detail: why, seconds: 0 });
    }
  }
}
