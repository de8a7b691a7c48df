import { stripVTControlCharacters } from 'node:util';
import { createColors } from 'picocolors';
import { oneLine } from '../../../contract/one-line.ts';
import { type Display, formatSeconds, type Streams } from './display.ts';
import { failureText } from './failure-text.ts';
import { type RunningStep, StepLog, secondsOf } from './steps.ts';

const REDRAW_MS = 200;
const DEFAULT_COLUMNS = 80;
const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_BELOW = '\u001b[0J';

/**
 * Running steps in a block at the bottom of the terminal with their elapsed time; a finished step becomes a line above
 * it that stays. Own code and not listr2, because listr2 wants to know its tasks beforehand and calls them, while here
 * steps call each other and start side by side as the work goes.
 */
export function terminalDisplay({ out, err }: Streams): Display {
  const paint = createColors(true);
  let drawnLines = 0;
  const erase = (): string => (drawnLines === 0 ? '' : `\u001b[${drawnLines}A\r${CLEAR_BELOW}`);
  const draw = (above = ''): void => {
    const columns = err.columns || DEFAULT_COLUMNS;
    const lines = log.running.map((step) => runningLine(step, columns));
    const block = lines.map((line) => `${paint.cyan('•')} ${line}\n`).join('');
    err.write(`${erase()}${above}${block}`);
    drawnLines = lines.length;
  };
  let timer: NodeJS.Timeout | undefined;
  const log: StepLog = new StepLog({
    started: () => {
      if (timer === undefined) {
        err.write(HIDE_CURSOR);
        timer = setInterval(() => draw(), REDRAW_MS);
        // The display must not keep a process alive whose work is done.
        timer.unref();
      }
      draw();
    },
    // Shown by the next redraw: output can come faster than a terminal takes it.
    changed: () => {},
    ended: ({ title, cached }, outcome, seconds) => {
      const mark = outcome === 'done' ? paint.green('✔') : paint.red('✖');
      const why = cached === null ? '' : `, cached: ${cached}`;
      draw(`${mark} ${title} ${paint.dim(`${formatSeconds(seconds)}${why}`)}\n`);
    },
  });
  const close = (): void => {
    if (timer === undefined) return;
    clearInterval(timer);
    timer = undefined;
    err.write(`${erase()}${SHOW_CURSOR}`);
    drawnLines = 0;
  };
  return {
    timings: log.timings,
    step: (name, title, work) => log.run(name, title, work),
    note: (line) => draw(`${paint.yellow('ℹ')} ${line}\n`),
    result: (_, text) => {
      err.write(erase());
      drawnLines = 0;
      out.write(`${text}\n`);
      draw();
    },
    failure: (failure) => {
      close();
      err.write(failureText(failure, true));
    },
    close,
  };
}

/** One line that never wraps: a wrapped line would make the next redraw erase too little. */
function runningLine(step: RunningStep, columns: number): string {
  const head = `${step.title} ${formatSeconds(secondsOf(step))}`;
  const detail = oneLine(stripVTControlCharacters(step.detail), columns);
  const text = detail === '' ? head : `${head}  ${detail}`;
  // Two columns for the mark, one free at the end.
  const room = Math.max(columns - 3, 10);
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}
