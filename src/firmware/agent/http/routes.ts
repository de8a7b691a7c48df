import type { Status } from '../../../contract/health.ts';
import type { History } from '../history/history.ts';
import { answerQuery, parseQuery, QueryError } from '../history/query.ts';
import type { KeyRing } from '../key-ring.ts';
import { OPEN_METRICS_TYPE, PROMETHEUS_TYPE, toOpenMetrics, wantsOpenMetrics } from '../metrics/open-metrics.ts';
import { type Answer, problemAnswer } from './answer.ts';
import { problem } from './problem.ts';

/** What the routes answer from; all of it is in memory but the metrics. */
export interface Sources {
  status(): Status;
  inService(): boolean;
  /** Prometheus text 0.0.4. */
  metrics(): Promise<string>;
  /** Undefined when the data partition takes none. */
  readonly history: History | undefined;
  readonly keys: KeyRing;
}

export interface Question {
  readonly method: string;
  readonly path: string;
  /** What stands behind the question mark. */
  readonly query: string;
  readonly accept: string;
  /** From `Authorization: Bearer` or `X-API-Key`. */
  readonly key: string | undefined;
  /** Whether it came from outside, through the TLS listener. */
  readonly outside: boolean;
}

const IN_SERVICE: Answer = { status: 200, type: 'text/plain', body: 'OK\n' };
/** Nothing is revealed: whoever asks is not known. */
const OUT_OF_SERVICE: Answer = { status: 503, type: 'text/plain', body: 'NOT OK\n', headers: { 'retry-after': '5' } };
const STATUS = /^\/health\/status\/([a-z][a-z0-9-]{0,31})$/;
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
  if (path === '/health/metrics') return refusal(question, sources) ?? metricsAnswer(question, sources);
  if (path === '/health/history') return refusal(question, sources) ?? historyAnswer(question, sources);
  // On loopback there are only programs of the appliance itself: what is measured is no secret to them.
  if (!outside && path === '/metrics') return metricsAnswer(question, sources);
  if (!outside && path === '/history') return historyAnswer(question, sources);
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

async function metricsAnswer({ accept }: Question, { metrics }: Sources): Promise<Answer> {
  const text = await metrics();
  const isOpen = wantsOpenMetrics(accept);
  return {
    status: 200,
    type: isOpen ? OPEN_METRICS_TYPE : PROMETHEUS_TYPE,
    body: isOpen ? toOpenMetrics(text) : text,
    headers: { vary: 'Accept' },
  };
}

async function historyAnswer({ query }: Question, { history }: Sources): Promise<Answer> {
  if (history === undefined) {
    const detail = 'The data partition takes no history; the reason is in the journal of kiln-agent.';
    return problemAnswer(problem('no-history', 503, 'No history', detail));
  }
  try {
    const asked = parseQuery(query, new Date());
    if (!history.metrics.has(asked.metric)) {
      const detail = `There are: ${[...history.metrics].join(', ')}.`;
      return problemAnswer(problem('no-such-metric', 404, 'No such metric', detail));
    }
    return { status: 200, type: 'application/json', body: await answerQuery(history, asked) };
  } catch (error) {
    if (!(error instanceof QueryError)) throw error;
    return problemAnswer(problem('query', 400, 'Bad question', error.message));
  }
}
