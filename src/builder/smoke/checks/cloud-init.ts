import { type Check, output } from './check.ts';

const LIMIT_SECONDS = 300;

export const cloudInit: Check = {
  id: 'cloud-init',
  title: 'cloud-init finished without errors and applied the host name',
  async run({ shell, hostname }) {
    // Code 2 is "done, with warnings", which the answer tells in full.
    const { stdout } = await shell.run('sudo cloud-init status --wait --format=json', LIMIT_SECONDS);
    const { passed, detail } = judgeStatus(stdout);
    const name = await output(shell, 'hostname');
    if (passed && name !== hostname)
      return { passed: false, detail: `the host name is ${name} instead of ${hostname}` };
    return { passed, detail };
  },
};

/** @param text what `cloud-init status --format=json` printed */
export function judgeStatus(text: string): { passed: boolean; detail: string } {
  let status: Record<string, unknown> | null;
  try {
    status = JSON.parse(text) as Record<string, unknown> | null;
  } catch {
    return { passed: false, detail: `cloud-init gave no status: ${text.trim().slice(0, 200)}` };
  }
  const { status: state, extended_status: extended, errors, recoverable_errors: warnings, detail } = status ?? {};
  const problems = JSON.stringify({ errors, warnings });
  const clean = isEmpty(errors) && isEmpty(warnings);
  if (state === 'done' && clean) return { passed: true, detail: `done: ${String(detail)}` };
  return { passed: false, detail: `${String(extended ?? state)}: ${problems}` };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || (typeof value === 'object' && value !== null && Object.keys(value).length === 0);
}
