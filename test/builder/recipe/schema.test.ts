import { readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactKinds } from '../../../src/builder/names.ts';

interface Schema {
  type?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  [key: string]: unknown;
}

const schema: Schema = JSON.parse(
  readFileSync(new URL('../../../src/builder/recipe/schema.json', import.meta.url), 'utf8'),
);

function everyPart(part: Schema, path: string): [string, Schema][] {
  const inside = Object.entries(part.properties ?? {}).flatMap(([key, value]) => everyPart(value, `${path}.${key}`));
  return [[path, part], ...inside, ...(part.items === undefined ? [] : everyPart(part.items, `${path}[]`))];
}

test('every key has a title and a description, for the editor', () => {
  for (const [path, part] of everyPart(schema, 'recipe')) {
    assert.type(part.title, 'string', path);
    assert.type(part.description, 'string', path);
  }
});

test('every map refuses unknown keys, and every key is required or has a default', () => {
  for (const [path, part] of everyPart(schema, 'recipe')) {
    if (part.type !== 'object') continue;
    assert.is(part.additionalProperties, false, path);
    for (const [key, value] of Object.entries(part.properties ?? {})) {
      // The one optional key without a default; SOURCE_DATE_EPOCH stands in for it.
      if (key === 'epoch') continue;
      const isRequired = Array.isArray(part.required) && part.required.includes(key);
      assert.ok(isRequired !== 'default' in value, `${path}.${key}`);
    }
  }
});

test('the targets are the artifact kinds, in their order', () => {
  const targets = schema.properties?.targets;
  assert.equal(targets?.default, [...artifactKinds]);
  assert.equal(targets?.items?.enum, [...artifactKinds]);
});

test.run();
