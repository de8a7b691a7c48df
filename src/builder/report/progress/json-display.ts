import type { Display, Streams } from './display.ts';
import { StepLog } from './steps.ts';

/** One JSON object a line on standard output, each with `event` and `time` (RFC 3339); docs/commands.md lists them. */
export function jsonDisplay({ out }: Streams): Display {
  const write = (event: string, fields: object): void => {
    out.write(`${JSON.stringify({ event, time: new Date().toISOString(), ...fields })}\n`);
  };
  const log = new StepLog({
    started: ({ name, title }) => write('step-start', { name, title }),
    // Details come many times a second and are for eyes only.
    changed: () => {},
    ended: ({ name, cached }, outcome, seconds) => {
      write('step-end', { name, outcome, seconds: Math.round(seconds * 1000) / 1000, cached });
    },
  });
  return {
    timings: log.timings,
    step: (name, title, work) => log.run(name, title, work),
    note: (line) => write('note', { text: line }),
    result: (data) => write('result', data),
    failure: (failure) => write('error', failure),
    close: () => {},
  };
}
