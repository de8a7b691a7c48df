import type { AnswerBody, UpdateRequest } from '../../../contract/updates/protocol.ts';
import { Failure } from '../failure.ts';
import { askUpdater } from './ask-updater.ts';
import { plainLine } from './plain.ts';
import { ProgressLine } from './progress-line.ts';

export interface Surroundings {
  /** The update client's socket. */
  readonly socket: string;
  /** A login name. */
  readonly who: string;
  out(text: string): void;
}

export interface Flags {
  readonly json?: true;
}

/** Asks, shows progress on standard error, and prints what was answered by `text`, or as JSON. */
export type Ask = (request: UpdateRequest, flags: Flags, text: (body: AnswerBody) => string) => Promise<void>;

/** @returns what sets the exit code to 1 for a refusal, and throws a {@link Failure} for what failed */
export function withAnswers({ socket, out }: Surroundings): Ask {
  return async (request, flags, text) => {
    const left = new AbortController();
    const leave = (): void => left.abort();
    const line = new ProgressLine(process.stderr);
    const progress = (step: string, percent: number | null): void => {
      if (flags.json !== true) line.show(step, percent);
    };
    process.once('SIGINT', leave);
    try {
      const answer = await askUpdater(socket, request, { progress, left: left.signal }).finally(() => line.end());
      if (answer.type === 'error') throw new Failure(plainLine(answer.message), plainLine(answer.next));
      if (answer.type === 'done') return out(flags.json ? `${JSON.stringify(answer.body)}\n` : text(answer.body));
      const { refusals } = answer;
      process.exitCode = 1;
      if (flags.json) return out(`${JSON.stringify({ refusals })}\n`);
      const lines = refusals.map(
        ({ rule, message, next }) => `refused [${rule}]: ${plainLine(message)}\nhint: ${plainLine(next)}\n`,
      );
      process.stderr.write(lines.join(''));
    } finally {
      process.removeListener('SIGINT', leave);
    }
  };
}

/** @throws {Failure} when an answer lacks what was asked for */
export function wanted<T>(part: T | undefined): T {
  if (part !== undefined) return part;
  throw new Failure(
    'the update client left out what was asked for',
    'Its journal has more: journalctl -u kiln-updater',
  );
}
