import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { templateRoot } from '../../../src/builder/render/places.ts';
import { packerPlugins, packerSources } from '../../../src/builder/render/sources.ts';
import { packerVariables } from '../../../src/builder/render/variables.ts';

const templates = packerSources.map(({ name, builder }) => ({
  name,
  builder,
  text: readFileSync(join(templateRoot, 'sources', `${name}.pkr.hcl.hbs`), 'utf8'),
}));
const buildTemplate = readFileSync(join(templateRoot, 'build.pkr.hcl.hbs'), 'utf8');

test('each source is one template, and each template one source of that name', () => {
  const files = readdirSync(join(templateRoot, 'sources')).sort();
  assert.equal(files, packerSources.map(({ name }) => `${name}.pkr.hcl.hbs`).sort());
  for (const { name, builder, text } of templates) {
    const [type = '', label = ''] = builder.split('.');
    assert.equal(text.match(/^source .*\{$/gm), [`source "${type}" "${label}" {`]);
    assert.is(label, name);
  }
});

test('variables: those used are declared, those declared are used, and none twice', () => {
  const declared = packerVariables.map(({ name }) => name);
  const used = [...templates.map(({ text }) => text), buildTemplate].flatMap((text) =>
    [...text.matchAll(/\bvar\.(\w+)/g)].map(([, name]) => name),
  );
  assert.equal([...new Set(used)].sort(), [...declared].sort());
  assert.is(new Set(declared).size, declared.length);
});

test('whatever is a password or secret is marked so, and has no value', () => {
  for (const { name, sensitive, default: value } of packerVariables) {
    assert.is(sensitive === true, /secret|password|token/.test(name), name);
    if (sensitive) assert.match(value, /^"(unset)?"$/);
  }
});

test('each builder that newer Packer takes from a plugin has its plugin named', () => {
  const plugins: string[] = packerPlugins.map(({ name }) => name);
  for (const { builder } of packerSources.filter((source) => source.builder !== 'null.sandbox')) {
    assert.ok(
      plugins.some((name) => builder.startsWith(name)),
      builder,
    );
  }
});

test.run();
