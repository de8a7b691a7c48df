import {
  type Capture,
  type Expectation,
  type TransactionStep,
  withValues,
} from '../../../contract/payload-checks/payload-checks.ts';
import type { Verdict } from '../checks/check.ts';
import { CookieJar } from './cookie-jar.ts';
import { type Response, sendRequest } from './http-request.ts';

/**
 * Makes the requests of a transaction in their order and stops at the first answer that is not as it should be.
 * @throws {Error} when a server does not answer, with the step in its message
 */
export async function walk(server: string, steps: readonly TransactionStep[], signal: AbortSignal): Promise<Verdict> {
  const values = new Map<string, string>();
  const cookies = new CookieJar();
  const started = performance.now();
  for (const [index, step] of steps.entries()) {
    const name = `step ${index + 1} of ${steps.length}, ${step.method} ${step.path}`;
    const url = new URL(withValues(step.path, values, encodeURIComponent), server);
    const headers = Object.fromEntries(step.headers.map((one) => [one.name, withValues(one.value, values)]));
    const body = step.body === null ? null : withValues(step.body, values);
    const response = await sendRequest(
      { method: step.method, url, headers: { ...headers, ...cookies.headers }, body },
      signal,
    ).catch((error: Error) => {
      throw new Error(`${name}: ${error.message}`);
    });
    const wrong = objection(response, step);
    if (wrong !== undefined) return failed(`${name}: ${wrong}`);
    cookies.keep(response.setCookies);
    for (const capture of step.captures) {
      const value = captured(response.body, capture);
      if (value === undefined) return failed(`${name}: there is nothing to capture as ${capture.name}`);
      values.set(capture.name, value);
    }
  }
  return { healthy: true, detail: `${steps.length} steps in ${((performance.now() - started) / 1000).toFixed(2)} s` };
}

/** @returns what is not as expected, or undefined */
export function objection({ status, body }: Response, expected: Expectation): string | undefined {
  if (status !== expected.status) return `answered ${status}, expected ${expected.status}`;
  if (expected.contains !== null && !body.includes(expected.contains))
    return 'the answer lacks the text it should contain';
  return undefined;
}

function captured(body: string, { after, before }: Capture): string | undefined {
  const start = body.indexOf(after);
  if (start < 0) return undefined;
  const from = start + after.length;
  const end = body.indexOf(before, from);
  return end < 0 ? undefined : body.slice(from, end);
}

function failed(detail: string): Verdict {
  return { healthy: false, detail, advice: 'Look at the service behind this address and at its log.' };
}
