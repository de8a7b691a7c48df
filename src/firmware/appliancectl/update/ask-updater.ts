import { connect, type Socket } from 'node:net';
import { oneLine } from '../../../contract/one-line.ts';
import { ProtocolError, parseAnswer } from '../../../contract/updates/parse-protocol.ts';
import { ANSWER_MAX_BYTES, type UpdateAnswer, type UpdateRequest } from '../../../contract/updates/protocol.ts';
import { Failure } from '../failure.ts';

/** What is not progress ends an answer. */
export type LastAnswer = Exclude<UpdateAnswer, { readonly type: 'progress' }>;

/** What is answered from memory or the disk takes no longer, even where the processor is emulated. */
const READING_LIMIT_MS = 60_000;
/** Those that change nothing: who leaves them or loses them just asks again. */
const reading: readonly UpdateRequest['command'][] = ['list', 'show', 'status', 'history'];

export interface Asking {
  /** How far the work is; `percent` is `null` where nobody knows. */
  progress(step: string, percent: number | null): void;
  /** Aborted when the person leaves. The updater's work does not end with it. */
  readonly left: AbortSignal;
}

/**
 * Asks the update client one thing.
 * @param path of its socket
 * @throws {Failure} when it does not run, breaks off, says something that is no answer, or the person leaves
 * @throws {Error} with the system's code, such as EACCES, when the socket can not be opened for another reason
 */
export async function askUpdater(path: string, request: UpdateRequest, asking: Asking): Promise<LastAnswer> {
  const changesNothing = reading.includes(request.command);
  const socket = connect(path);
  const leave = (): void => void socket.destroy(left(changesNothing));
  if (asking.left.aborted) leave();
  else asking.left.addEventListener('abort', leave, { once: true });
  if (changesNothing) socket.setTimeout(READING_LIMIT_MS, () => void socket.destroy(silent()));
  socket.write(`${JSON.stringify(request)}\n`);
  try {
    for await (const line of lines(socket)) {
      const answer = answerIn(line);
      if (answer.type !== 'progress') return answer;
      asking.progress(answer.step, answer.percent);
    }
  } catch (error) {
    throw failureOf(error, changesNothing);
  } finally {
    asking.left.removeEventListener('abort', leave);
    socket.destroy();
  }
  throw brokenOff(changesNothing);
}

/** @throws {Failure} for a line that is longer than any answer; so memory is bounded too */
async function* lines(socket: Socket): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    rest = Buffer.concat([rest, chunk]);
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      yield rest.subarray(0, end).toString('utf8');
      rest = rest.subarray(end + 1);
    }
    if (rest.length > ANSWER_MAX_BYTES) throw noAnswer(`a line of more than ${ANSWER_MAX_BYTES} bytes`);
  }
}

function answerIn(line: string): UpdateAnswer {
  try {
    return parseAnswer(line);
  } catch (error) {
    if (error instanceof ProtocolError) throw noAnswer(oneLine(error.message, 300));
    throw error;
  }
}

function failureOf(error: unknown, changesNothing: boolean): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT' || code === 'ECONNREFUSED')
    return new Failure('the update client does not run', 'See why: systemctl status kiln-updater.socket');
  if (code === 'ECONNRESET' || code === 'EPIPE') return brokenOff(changesNothing);
  return error;
}

function brokenOff(changesNothing: boolean): Failure {
  return new Failure(
    'the update client broke off before it answered',
    changesNothing
      ? 'Try again. Its journal has more: journalctl -u kiln-updater'
      : 'What was begun goes on, even over a restart. See how far it is: appliancectl update status',
  );
}

function left(changesNothing: boolean): Failure {
  return changesNothing
    ? new Failure('left before there was an answer', 'Nothing was to be changed.', 130)
    : new Failure(
        'left before it was over: the update client goes on with it',
        'See how far it is: appliancectl update status',
        130,
      );
}

function silent(): Failure {
  return new Failure(
    `the update client did not answer within ${READING_LIMIT_MS / 1000} s`,
    'Its journal has more: journalctl -u kiln-updater',
  );
}

function noAnswer(why: string): Failure {
  return new Failure(
    `the update client said something that is no answer: ${why}`,
    'Its journal has more: journalctl -u kiln-updater',
  );
}
