import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseBounded } from '../../../src/contract/updates/bounded-json.ts';
import { APPLIANCE } from '../../../src/contract/updates/field-forms.ts';
import { repositoryRoot } from '../../support/source-files.ts';

const refuse = (faults: readonly string[]): Error => new Error(faults.join('; '));
const parse = (text: string, most = 10): number =>
  parseBounded(text, most, refuse, (read, document) => read.number(document, 'file', 1, 5));

test('a text is taken up to its bound in bytes, and not beyond', () => {
  assert.is(parse(`${' '.repeat(9)}5`), 5);
  assert.throws(() => parse(`${' '.repeat(10)}5`), /larger than 10 bytes/);
  assert.throws(() => parse('"ééééé"'), /larger than 10 bytes/);
});

test('what is no JSON, and what has faults, is refused with them', () => {
  assert.throws(() => parse('{'), /not JSON: /);
  assert.throws(() => parse(''), /not JSON: /);
  assert.throws(() => parse('9'), /file: expected a whole number from 1 to 5/);
});

test('receipts and the configuration name test appliances alike', () => {
  const schema = readFileSync(join(repositoryRoot, 'src/contract/configuration/schema.json'), 'utf8');
  const { testedFirst } = JSON.parse(schema).properties.updates.properties;
  assert.is(testedFirst.properties.appliance.pattern, APPLIANCE.source);
});

test.run();
