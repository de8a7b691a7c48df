import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { recipeReference, type SchemaPart } from '../../../src/builder/recipe/reference.ts';
import { blockIn, REGENERATE } from '../../support/generated-docs.ts';
import { repositoryRoot } from '../../support/source-files.ts';

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');

test('docs/recipe.md lists the keys of the schema', () => {
  const schema: SchemaPart = JSON.parse(read('src/builder/recipe/schema.json'));
  const page = read('docs/recipe.md');
  assert.is(blockIn(page, 'docs/recipe.md', 'keys'), recipeReference(schema), REGENERATE);
});

test('a key is told with its definition, its default and whether it is required', () => {
  const table = recipeReference({
    required: ['name'],
    properties: {
      name: { $ref: '#/definitions/word', description: 'Its name.' },
      kind: { enum: ['a', 'b'], default: 'a', description: 'One | other.' },
      ports: {
        default: [{ port: 22, service: 'ssh' }],
        description: 'Doors.',
        items: {
          required: ['port'],
          properties: { port: { type: 'integer', expected: 'a number', description: 'Which.' } },
        },
      },
      words: { default: [], description: 'Several.', items: { $ref: '#/definitions/word' } },
    },
    definitions: { word: { type: 'string', expected: 'a word' } },
  });
  assert.is(
    table,
    [
      '| Key | Value | Default | What it is |',
      '|---|---|---|---|',
      '| `name` | a word | required | Its name. |',
      '| `kind` | `a`, `b` | `a` | One \\| other. |',
      '| `ports` | a list: a map for each | `{ port: 22, service: ssh }` | Doors. |',
      '| `ports[].port` | a number | required | Which. |',
      '| `words` | a list: a word | none | Several. |',
    ].join('\n'),
  );
});

test('a definition that does not exist is a mistake in the schema', () => {
  assert.throws(() => recipeReference({ properties: { name: { $ref: '#/definitions/none' } } }), /no definition/);
});

test.run();
