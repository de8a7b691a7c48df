import type { Problem } from './problem.ts';

/** What is sent back. */
export interface Answer {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function problemAnswer(problem: Problem, headers: Readonly<Record<string, string>> = {}): Answer {
  const body = `${JSON.stringify(problem)}\n`;
  return { status: problem.status, type: 'application/problem+json', body, headers };
}
