import { type Check, output } from './check.ts';

export const cloudInit: Check = {
  id: 'cloud-init',
  title: 'cloud-init found the platform’s datasource and finished without errors',
  async run({ shell, channel, absent }) {
    // cloud-init's own `status` takes seconds to start; these two files are what it reads (and documents).
    const text = await output(shell, 'cat /run/cloud-init/status.json');
    return judgeStatus(text, channel.datasource, absent.warnings);
  },
};

interface Stage {
  readonly start?: unknown;
  readonly finished?: unknown;
  readonly errors?: unknown;
  readonly recoverable_errors?: unknown;
}

/**
 * @param text of cloud-init's status.json
 * @param expected class name of the datasource
 * @param explained warnings that mean nothing here
 */
export function judgeStatus(
  text: string,
  expected: string | null,
  explained: readonly RegExp[] = [],
): { passed: boolean; detail: string } {
  const status = stagesOf(text);
  if (status === undefined) return { passed: false, detail: `cloud-init gave no status: ${text.trim().slice(0, 200)}` };
  const { stages, datasource } = status;
  const found = datasource.split(' ', 1)[0] ?? '';
  const troubles = Object.entries(stages).flatMap(([name, { finished, errors, recoverable_errors: warnings }]) => [
    ...(typeof finished === 'number' ? [] : [`${name} has not finished`]),
    ...[...texts(errors), ...texts(warnings)]
      .filter((text) => !explained.some((known) => known.test(text)))
      .map((text) => `${name}: ${text}`),
  ]);
  if (found !== expected) troubles.unshift(`the datasource is ${datasource || 'not known'}, expected ${expected}`);
  if (troubles.length > 0) return { passed: false, detail: troubles.join('; ') };
  const local = stageSeconds(stages, ['init-local', 'init']);
  return {
    passed: true,
    detail: `${datasource}, found in ${local.toFixed(1)} s; all stages took ${(cloudInitSeconds(text) ?? 0).toFixed(1)} s`,
  };
}

/** @returns what all stages took together; null when they have not all finished */
export function cloudInitSeconds(text: string): number | null {
  const status = stagesOf(text);
  if (status === undefined || Object.values(status.stages).some(({ finished }) => typeof finished !== 'number'))
    return null;
  return stageSeconds(status.stages, Object.keys(status.stages));
}

function stageSeconds(stages: Readonly<Record<string, Stage>>, names: readonly string[]): number {
  const spans = names.map((name) => Number(stages[name]?.finished ?? 0) - Number(stages[name]?.start ?? 0));
  return spans.reduce((sum, span) => sum + Math.max(0, span), 0);
}

function stagesOf(text: string): { stages: Record<string, Stage>; datasource: string } | undefined {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return undefined;
  }
  const v1 = (root as { v1?: unknown } | null)?.v1;
  if (typeof v1 !== 'object' || v1 === null) return undefined;
  const { datasource, ...rest } = v1 as Record<string, unknown>;
  const stages = Object.entries(rest).filter(
    (entry): entry is [string, Stage] => typeof entry[1] === 'object' && entry[1] !== null,
  );
  return { stages: Object.fromEntries(stages), datasource: typeof datasource === 'string' ? datasource : '' };
}

/** Errors are a list of texts, recoverable ones lists of texts by their level. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];
}
