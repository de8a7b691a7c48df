import { clashes, isHeaderName, unknownReferences } from '../../contract/payload-checks/parse-payload-checks.ts';
import type { PayloadCheck, TransactionStep } from '../../contract/payload-checks/payload-checks.ts';
import type { Mistake, RecipePath } from './mistake.ts';
import type { WrittenCheck, WrittenStep } from './written.ts';

const PLACE = ['health', 'checks'];
/** For each kind the keys that it needs, and those that it may have besides. */
const keys = {
  http: { needs: ['url'], may: ['status', 'contains'] },
  tcp: { needs: ['port'], may: [] },
  command: { needs: ['command'], may: [] },
  unit: { needs: ['unit'], may: [] },
  transaction: { needs: ['url', 'steps'], may: [] },
} as const;
type OwnKey = 'url' | 'status' | 'contains' | 'port' | 'command' | 'unit' | 'steps';
const ownKeys: readonly OwnKey[] = ['url', 'status', 'contains', 'port', 'command', 'unit', 'steps'];

/** What a schema can not say of payload checks: which keys go with which kind, and what only the whole list shows. */
export function payloadCheckMistakes(checks: readonly WrittenCheck[]): Mistake[] {
  const named = clashes(checks).map((clash) => {
    const [, index = '0', message = ''] = /^checks\[(\d+)\]\.id: (.*)$/.exec(clash) ?? [];
    return { path: [...PLACE, Number(index), 'id'], message };
  });
  return [...named, ...checks.flatMap((check, index) => checkMistakes(check, [...PLACE, index]))];
}

function checkMistakes(check: WrittenCheck, path: RecipePath): Mistake[] {
  const { needs, may } = keys[check.kind];
  const isThere = (key: OwnKey): boolean => {
    const value = check[key];
    return Array.isArray(value) ? value.length > 0 : value !== null;
  };
  const mistakes: Mistake[] = ownKeys.flatMap((key) => {
    const fits = [...needs, ...may].some((one) => one === key);
    if (isThere(key) && !fits) return [{ path: [...path, key], message: `does not go with kind ${check.kind}` }];
    if (!isThere(key) && needs.some((one) => one === key))
      return [{ path: [...path, key], message: `is required for kind ${check.kind}` }];
    return [];
  });
  if (mistakes.length > 0) return mistakes;
  if (check.kind === 'command' && !check.command[0]?.startsWith('/'))
    return [
      { path: [...path, 'command', 0], message: 'expected an absolute path, for there is no search for programs' },
    ];
  if (check.kind === 'transaction') return [...serverMistakes(check, path), ...stepMistakes(check.steps, path)];
  return [];
}

function serverMistakes({ url }: WrittenCheck, path: RecipePath): Mistake[] {
  const { pathname, search } = new URL(url ?? '');
  return pathname === '/' && search === ''
    ? []
    : [{ path: [...path, 'url'], message: 'expected a server without a path; each step has its own' }];
}

function stepMistakes(steps: readonly WrittenStep[], path: RecipePath): Mistake[] {
  const headers = steps.flatMap((step, index) =>
    step.headers.flatMap(({ name }, header) =>
      isHeaderName(name)
        ? []
        : [
            {
              path: [...path, 'steps', index, 'headers', header, 'name'],
              message: `${name} is set by the agent itself`,
            },
          ],
    ),
  );
  const unknown = unknownReferences(steps.map(stepOf)).map((name) => ({
    path: [...path, 'steps'],
    message: `{{${name}}} is used before any step captures it`,
  }));
  return [...headers, ...unknown];
}

/** @param check one that has no mistakes */
export function payloadCheckOf(check: WrittenCheck): PayloadCheck {
  const { id, core, url, unit, port, command, steps, status, contains } = check;
  const common = { id, core, intervalSeconds: check.interval, timeoutSeconds: check.timeout };
  switch (check.kind) {
    case 'http':
      return { kind: 'http', ...common, url: url ?? '', status: status ?? 200, contains };
    case 'tcp':
      return { kind: 'tcp', ...common, port: port ?? 0 };
    case 'command':
      return { kind: 'command', ...common, command };
    case 'unit':
      return { kind: 'unit', ...common, unit: unit ?? '' };
    case 'transaction':
      return { kind: 'transaction', ...common, url: url ?? '', steps: steps.map(stepOf) };
  }
}

function stepOf({ method, path, headers, body, status, contains, capture }: WrittenStep): TransactionStep {
  return { method, path, headers, body, status, contains, captures: capture };
}
