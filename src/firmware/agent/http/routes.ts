import type { Status } from '../../../contract/health.ts';
import type { KeyRing } from '../key-ring.ts';
import { type Answer, problemAnswer } from './answer.ts';
import { problem } from './problem.ts';

/** What the routes answer from; all of it is in memory but the metrics. */
export interface Sources {
  status(): Status;
  inService(): boolean;
  metrics(): Promise<{ readonly type: string; readonly text: string }>;
  readonly keys: KeyRing;
}

export interface Question {
  readonly method: string;
  readonly path: string;
  /** From `Authorization: Bearer` or `X-API-Key`. */
  readonly key: string | undefined;
  /** Whether it came from outside, through the TLS listener. */
  readonly outside: boolean;
}

const IN_SERVICE: Answer = { status: 200, type: 'text/plain', body: 'OK\n' };
/** Nothing is revealed: whoever asks is not known. */
const OUT_OF_SERVICE: Answer = { status: 503, type: 'text/plain', body: 'NOT OK\n', headers: { 'retry-after': '5' } };
const STATUS = /^\/health\/status\/([a-z]{1,32})$/;
/** Not a code of RFC 9110: what monitoring tools of this kind of appliance look for. */
const UNHEALTHY = 520;

/** Answers one question. From outside every path begins with `/health`; on loopback the short forms work too. */
export async function answer(question: Question, sources: Sources): Promise<Answer> {
  const { method, path, outside } = question;
  if (method !== 'GET' && method !== 'HEAD') {
    const text = problem('method', 405, 'Method not allowed', 'Only GET and HEAD are answered here.');
    return problemAnswer(text, { allow: 'GET, HEAD' });
  }
  if (path === '/health/testall' || (!outside && path === '/testall')) {
    return sources.inService() ? IN_SERVICE : OUT_OF_SERVICE;
  }
  const checked = STATUS.exec(path)?.[1];
  if (checked !== undefined) return refusal(question, sources) ?? checkAnswer(checked, sources);
  if (path === '/health/metrics') return refusal(question, sources) ?? metricsAnswer(sources);
  // On loopback there are only programs of the appliance itself: what is measured is no secret to them.
  if (!outside && path === '/metrics') return metricsAnswer(sources);
  if (!outside && path === '/status') {
    return { status: 200, type: 'application/json', body: `${JSON.stringify(sources.status())}\n` };
  }
  return problemAnswer(problem('not-found', 404, 'Not found', 'There is nothing at this address.'));
}

function refusal({ key }: Question, { keys }: Sources): Answer | undefined {
  const admission = keys.admit(key, performance.now());
  switch (admission.kind) {
    case 'admitted':
      return undefined;
    case 'unknown': {
      const detail = 'Send a valid key as “Authorization: Bearer KEY” or “X-API-Key: KEY”.';
      return problemAnswer(problem('key', 401, 'No valid key', detail), { 'www-authenticate': 'Bearer' });
    }
    case 'too-many': {
      const seconds = String(admission.retryAfterSeconds);
      const detail = `This key may ask again in ${seconds} s.`;
      return problemAnswer(problem('rate', 429, 'Too many requests', detail), { 'retry-after': seconds });
    }
  }
}

function checkAnswer(id: string, { status }: Sources): Answer {
  const check = status().checks.find((one) => one.id === id);
  if (check === undefined) {
    return problemAnswer(problem('no-such-check', 404, 'No such check', `This appliance has no check “${id}”.`));
  }
  if (check.verdict === 'healthy') return { status: 204 };
  const title = check.verdict === 'unknown' ? `${id}: not known yet` : `${id}: not healthy`;
  return problemAnswer(
    problem(`check:${id}`, UNHEALTHY, title, check.detail, check.advice ?? 'Ask again in a minute.'),
  );
}

async function metricsAnswer({ metrics }: Sources): Promise<Answer> {
  const { type, text } = await metrics();
  return { status: 200, type, body: text };
}
