import { plainLine } from './plain.ts';

const BAR_WIDTH = 24;
/** Where the width of a terminal is not known. */
const USUAL_COLUMNS = 80;

/** Where progress is shown: standard error, as a rule. */
export interface ProgressStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Shows how far something is: on a terminal one line that is written anew, elsewhere a line for each step and each 10 %. */
export class ProgressLine {
  readonly #stream: ProgressStream;
  #shown = '';

  constructor(stream: ProgressStream) {
    this.#stream = stream;
  }

  /** @param percent 0 to 100; `null` where nobody knows */
  show(step: string, percent: number | null): void {
    if (this.#stream.isTTY === true) this.#rewrite(barText(plainLine(step), percent));
    else this.#line(lineText(plainLine(step), percent));
  }

  /** Clears the terminal's line for what comes next. */
  end(): void {
    if (this.#stream.isTTY !== true || this.#shown === '') return;
    this.#rewrite('');
    this.#stream.write('\r');
  }

  #rewrite(text: string): void {
    // One less: a terminal that is full to its edge goes on to the next line.
    const line = text.slice(0, (this.#stream.columns || USUAL_COLUMNS) - 1);
    if (line === this.#shown) return;
    this.#stream.write(`\r${line.padEnd(this.#shown.length)}`);
    this.#shown = line;
  }

  #line(text: string): void {
    if (text === this.#shown) return;
    this.#stream.write(`${text}\n`);
    this.#shown = text;
  }
}

function barText(step: string, percent: number | null): string {
  if (percent === null) return step;
  const full = Math.round((percent / 100) * BAR_WIDTH);
  return `[${'#'.repeat(full)}${'-'.repeat(BAR_WIDTH - full)}] ${String(percent).padStart(3)} %  ${step}`;
}

function lineText(step: string, percent: number | null): string {
  return percent === null ? step : `${step}: ${Math.floor(percent / 10) * 10} %`;
}
