import { type Display, formatSeconds, type Streams } from './display.ts';
import { failureText } from './failure-text.ts';
import { StepLog } from './steps.ts';

/** One line when a step starts and one when it ends, for logs and CI. No colour, no cursor movement. */
export function plainDisplay({ out, err }: Streams): Display {
  const say = (line: string): void => {
    err.write(`${line}\n`);
  };
  const log = new StepLog({
    started: ({ title }) => say(`> ${title}`),
    changed: () => {},
    ended: ({ title, cached }, outcome, seconds) => {
      const why = cached === null ? '' : `, cached: ${cached}`;
      say(`${outcome === 'done' ? 'done' : 'FAILED'}: ${title} (${formatSeconds(seconds)}${why})`);
    },
  });
  return {
    timings: log.timings,
    step: (name, title, work) => log.run(name, title, work),
    note: say,
    result: (_, text) => out.write(`${text}\n`),
    failure: (failure) => err.write(failureText(failure, false)),
    close: () => {},
  };
}
