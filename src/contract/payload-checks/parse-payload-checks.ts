import { builtInCheckIds } from '../health.ts';
import { FieldReader, type Fields } from './field-reader.ts';
import {
  type Capture,
  isLoopbackUrl,
  isUnitName,
  MAX_PAYLOAD_CHECKS,
  MAX_STEPS,
  methods,
  type PayloadCheck,
  type PayloadChecks,
  referencesIn,
  type TransactionStep,
} from './payload-checks.ts';

/** The file of checks is not what it should be. Every fault is listed, with its place. */
export class PayloadChecksError extends Error {
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('; '));
    this.name = 'PayloadChecksError';
    this.faults = faults;
  }
}

const ID = /^[a-z][a-z0-9-]{0,31}$/;
const CAPTURE_NAME = /^[a-z][a-z0-9_]{0,31}$/;
/** RFC 9110, section 5.1; and what the agent says itself. */
const HEADER_NAME = /^(?!(?:host|content-length|transfer-encoding|connection|cookie)$)[a-z0-9!#$%&'*+.^_`|~-]{1,64}$/i;
/** Whether a step may send this header: the agent says the others itself. */
export function isHeaderName(text: string): boolean {
  return HEADER_NAME.test(text);
}
const PATH = /^\/[!-~]{0,1000}$/;
const LINE = /^[^\p{Cc}]{1,1000}$/u;
const TEXT = /^[^\0]{1,4000}$/;
const PROGRAM = /^\/[^\0]{1,1000}$/;
const ARGUMENT = /^[^\0]{0,1000}$/;

/**
 * Takes the text of the file, which no other version may have written.
 * @throws {PayloadChecksError}
 */
export function parsePayloadChecks(text: string): PayloadChecks {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new PayloadChecksError([`not JSON: ${(error as Error).message}`]);
  }
  const faults: string[] = [];
  const read = new FieldReader(faults);
  const root = read.object(document, '(document)', ['schemaVersion', 'checks']);
  if (root.schemaVersion !== 1) faults.push('schemaVersion: expected 1');
  const checks = read.list(root.checks, 'checks', MAX_PAYLOAD_CHECKS, (item, at) => checkOf(read, item, at));
  faults.push(...clashes(checks));
  if (faults.length > 0) throw new PayloadChecksError(faults);
  return { schemaVersion: 1, checks };
}

/** @returns what is wrong with the names of checks, each with its place */
export function clashes(checks: readonly { readonly id: string }[]): string[] {
  return checks.flatMap(({ id }, index) => {
    if ((builtInCheckIds as readonly string[]).includes(id))
      return [`checks[${index}].id: ${id} is a check of Kiln's own`];
    return checks.findIndex((one) => one.id === id) < index ? [`checks[${index}].id: ${id} is there twice`] : [];
  });
}

const own = {
  http: ['url', 'status', 'contains'],
  tcp: ['port'],
  command: ['command'],
  unit: ['unit'],
  transaction: ['url', 'steps'],
} as const;

function checkOf(read: FieldReader, item: unknown, at: string): PayloadCheck {
  const kinds = Object.keys(own) as (keyof typeof own)[];
  const kind = read.oneOf((item as Fields | null)?.kind, `${at}.kind`, kinds);
  const fields = read.object(item, at, ['id', 'kind', 'core', 'intervalSeconds', 'timeoutSeconds', ...own[kind]]);
  const common = {
    id: read.text(fields.id, `${at}.id`, ID),
    core: read.flag(fields.core, `${at}.core`),
    intervalSeconds: read.number(fields.intervalSeconds, `${at}.intervalSeconds`, 1, 86_400),
    timeoutSeconds: read.number(fields.timeoutSeconds, `${at}.timeoutSeconds`, 1, 300),
  };
  switch (kind) {
    case 'http':
      return { kind, ...common, url: loopback(read, fields.url, `${at}.url`), ...expectation(read, fields, at) };
    case 'tcp':
      return { kind, ...common, port: read.number(fields.port, `${at}.port`, 1, 65_535) };
    case 'command': {
      const program = (one: unknown, where: string): string =>
        read.text(one, where, where.endsWith('[0]') ? PROGRAM : ARGUMENT);
      const command = read.list(fields.command, `${at}.command`, 64, program);
      if (command.length === 0) read.fault(`${at}.command`, 'a program');
      return { kind, ...common, command };
    }
    case 'unit': {
      const unit = read.text(fields.unit, `${at}.unit`, LINE);
      if (!isUnitName(unit)) read.fault(`${at}.unit`, 'the name of a unit');
      return { kind, ...common, unit };
    }
    case 'transaction': {
      const url = loopback(read, fields.url, `${at}.url`);
      const steps = read.list(fields.steps, `${at}.steps`, MAX_STEPS, (one, where) => stepOf(read, one, where));
      if (steps.length === 0) read.fault(`${at}.steps`, 'at least one step');
      for (const unknown of unknownReferences(steps)) read.fault(`${at}.steps`, `an earlier capture of ${unknown}`);
      return { kind, ...common, url, steps };
    }
  }
}

function stepOf(read: FieldReader, item: unknown, at: string): TransactionStep {
  const known = ['method', 'path', 'headers', 'body', 'status', 'contains', 'captures'];
  const fields = read.object(item, at, known);
  return {
    method: read.oneOf(fields.method, `${at}.method`, methods),
    path: read.text(fields.path, `${at}.path`, PATH),
    headers: read.list(fields.headers, `${at}.headers`, 32, (one, where) => {
      const header = read.object(one, where, ['name', 'value']);
      const name = read.text(header.name, `${where}.name`, HEADER_NAME);
      return { name, value: read.text(header.value, `${where}.value`, LINE) };
    }),
    body: fields.body === null ? null : read.text(fields.body, `${at}.body`, TEXT),
    ...expectation(read, fields, at),
    captures: read.list(fields.captures, `${at}.captures`, 16, (one, where) => captureOf(read, one, where)),
  };
}

function captureOf(read: FieldReader, item: unknown, at: string): Capture {
  const fields = read.object(item, at, ['name', 'after', 'before']);
  return {
    name: read.text(fields.name, `${at}.name`, CAPTURE_NAME),
    after: read.text(fields.after, `${at}.after`, TEXT),
    before: read.text(fields.before, `${at}.before`, TEXT),
  };
}

function expectation(read: FieldReader, fields: Fields, at: string): { status: number; contains: string | null } {
  return {
    status: read.number(fields.status, `${at}.status`, 200, 599),
    contains: fields.contains === null ? null : read.text(fields.contains, `${at}.contains`, TEXT),
  };
}

function loopback(read: FieldReader, value: unknown, at: string): string {
  const url = read.text(value, at, LINE);
  if (!isLoopbackUrl(url)) read.fault(at, 'an address on loopback such as http://127.0.0.1:8080/');
  return url;
}

/** @returns names that a step uses before any step captured them */
export function unknownReferences(steps: readonly TransactionStep[]): string[] {
  const known = new Set<string>();
  return steps.flatMap(({ path, headers, body, captures }) => {
    const used = [path, body ?? '', ...headers.map(({ value }) => value)].flatMap(referencesIn);
    const unknown = used.filter((name) => !known.has(name));
    for (const { name } of captures) known.add(name);
    return unknown;
  });
}
