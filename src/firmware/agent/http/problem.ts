/** Why a request was not answered as hoped: RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** What to do. An extension member (RFC 9457, section 3.2). */
  readonly advice?: string;
}

/** One name for each kind of problem; they are not addresses. */
export function problem(kind: string, status: number, title: string, detail: string, advice?: string): Problem {
  return { type: `urn:kiln:problem:${kind}`, title, status, detail, ...(advice === undefined ? {} : { advice }) };
}
