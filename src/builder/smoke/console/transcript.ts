import { type BootReport, readBootReport } from './boot-report.ts';

export interface ConsoleLine {
  readonly text: string;
  /** Since power-on. */
  readonly seconds: number;
}

/** A guest that never stops talking must not fill our memory. */
const MAX_LINES = 20_000;
const LOGIN_PROMPT = /^(\S+) login:/;

/** Everything a guest said on its serial console during one start. */
export class Transcript {
  readonly #lines: ConsoleLine[] = [];
  readonly #waiting: { sign: (line: string) => boolean; resolve: () => void }[] = [];
  #report: { report: BootReport; seconds: number } | undefined;

  get lines(): readonly ConsoleLine[] {
    return this.#lines;
  }

  /** What the appliance said of its start, and when. */
  get bootReport(): { readonly report: BootReport; readonly seconds: number } | undefined {
    return this.#report;
  }

  /** The host name before the login prompt; undefined without a prompt. */
  get promptName(): string | undefined {
    const prompts = this.#lines.flatMap(({ text }) => LOGIN_PROMPT.exec(text)?.[1] ?? []);
    return prompts.at(-1);
  }

  add(text: string, seconds: number): void {
    if (this.#lines.length < MAX_LINES) this.#lines.push({ text, seconds });
    const report = readBootReport(text);
    if (report !== undefined) this.#report = { report, seconds };
    for (const one of this.#waiting.filter(({ sign }) => sign(text))) {
      this.#waiting.splice(this.#waiting.indexOf(one), 1);
      one.resolve();
    }
  }

  /** Resolves once the appliance has reported its start, now or later. */
  reported(): Promise<void> {
    if (this.#report !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting.push({ sign: (line) => readBootReport(line) !== undefined, resolve });
    });
  }

  /**
   * A prompt ends no line, so it is heard of only when somebody looks at the cursor.
   * @param unfinished what stands at the cursor
   * @returns whether there is a login prompt, now or before
   */
  seesPrompt(unfinished: string, seconds: number): boolean {
    if (this.promptName === undefined && LOGIN_PROMPT.test(unfinished)) this.add(unfinished, seconds);
    return this.promptName !== undefined;
  }
}
