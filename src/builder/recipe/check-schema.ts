import { readFileSync } from 'node:fs';
import { Ajv, type ErrorObject } from 'ajv';
import { closest, distance } from 'fastest-levenshtein';
import { isLoopbackUrl, isUnitName } from '../../contract/payload-checks/payload-checks.ts';
import { isVersion } from '../../contract/version.ts';
import { parseEpoch } from './epoch.ts';
import { type Mistake, type RecipePath, showValue } from './mistake.ts';
import { isName, isPackageName } from './name.ts';
import { parseSize } from './size.ts';
import { isMirrorUrl, isWebUrl } from './url.ts';

/** The formats schema.json names: for each, the one parser Kiln has. */
const formats: Readonly<Record<string, (text: string) => boolean>> = {
  name: isName,
  package: isPackageName,
  version: isVersion,
  size: (text) => parseSize(text) !== undefined,
  epoch: (text) => parseEpoch(text) !== undefined,
  'web-url': isWebUrl,
  mirror: isMirrorUrl,
  'loopback-url': isLoopbackUrl,
  unit: isUnitName,
};

/**
 * Checks `value` against schema.json and fills the schema's defaults into it.
 * @returns every mistake, at most one for a place; when there is none, `value` is a WrittenRecipe
 */
export function checkSchema(value: unknown): Mistake[] {
  const schema: object = JSON.parse(readFileSync(new URL('schema.json', import.meta.url), 'utf8'));
  const ajv = new Ajv({
    allErrors: true,
    verbose: true,
    useDefaults: true,
    strict: true,
    allowUnionTypes: true,
    formats,
  });
  ajv.addKeyword({ keyword: 'expected', schemaType: 'string' });
  const validate = ajv.compile(schema);
  validate(value);
  const mistakes = new Map<string, Mistake>();
  for (const error of validate.errors ?? []) {
    const mistake = explain(error);
    const place = JSON.stringify(mistake.path);
    if (!mistakes.has(place)) mistakes.set(place, mistake);
  }
  return [...mistakes.values()];
}

function explain(error: ErrorObject): Mistake {
  const path = pathOf(error.instancePath);
  const params: Record<string, unknown> = error.params;
  if (error.keyword === 'additionalProperties') {
    const key = String(params.additionalProperty);
    const known = Object.keys(error.parentSchema?.properties ?? {});
    return { path: [...path, key], atKey: true, message: `unknown key${didYouMean(key, known)}` };
  }
  if (error.keyword === 'required') {
    return { path: [...path, String(params.missingProperty)], message: 'is required and missing' };
  }
  const got = `, got ${showValue(error.data)}`;
  if (error.keyword === 'enum') {
    const allowed = (error.schema as unknown[]).map(String);
    const guess = typeof error.data === 'string' ? didYouMean(error.data, allowed) : '';
    return { path, message: `expected ${allowed.length > 1 ? 'one of ' : ''}${allowed.join(', ')}${got}${guess}` };
  }
  const expected = error.parentSchema?.expected;
  if (typeof expected === 'string') return { path, message: `expected ${expected}${got}` };
  const types = { object: 'a map', array: 'a list', string: 'text', boolean: 'true or false' } as const;
  const type = types[params.type as keyof typeof types];
  return { path, message: type === undefined ? `${error.message}${got}` : `expected ${type}${got}` };
}

function didYouMean(word: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const guess = closest(word.toLowerCase(), known);
  // A third of the letters wrong is a slip; more is another word.
  return distance(word.toLowerCase(), guess) <= Math.max(1, Math.ceil(guess.length / 3))
    ? ` (did you mean ${guess}?)`
    : '';
}

/** JSON pointer (RFC 6901) to keys. No key of the schema is made of digits, so digits are a list position. */
function pathOf(pointer: string): RecipePath {
  return pointer
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}
