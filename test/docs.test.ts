import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadRecipe } from '../src/builder/recipe/load.ts';
import { provisionerEnvironment } from '../src/builder/render/environment.ts';
import { propertyGroups } from '../src/builder/targets/ovf/properties.ts';
import { blockIn, docBlocks, REGENERATE, withBlock } from './support/generated-docs.ts';
import { brokenLinks, tableColumn } from './support/markdown.ts';
import { repositoryRoot } from './support/source-files.ts';

const read = (path: string): string => readFileSync(join(repositoryRoot, path), 'utf8');
const docs = readdirSync(join(repositoryRoot, 'docs')).filter((name) => name.endsWith('.md'));
const pages = [
  ...docs.map((name) => `docs/${name}`),
  ...(existsSync(join(repositoryRoot, 'README.md')) ? ['README.md'] : []),
];

test('parts made from the code are as the code has them', async () => {
  for (const { file, name, text } of await docBlocks()) {
    assert.is(blockIn(read(file), file, name), text, `${file} is out of date: ${REGENERATE}`);
  }
});

test('a block is put where its marks are, and marks are missed', () => {
  const page = 'a\n<!-- generated: x -->\nold\n<!-- end of generated -->\nb\n';
  const block = { file: 'page.md', name: 'x', text: 'new' };
  assert.is(withBlock(page, block), 'a\n<!-- generated: x -->\nnew\n<!-- end of generated -->\nb\n');
  assert.is(blockIn(page, 'page.md', 'x'), 'old');
  assert.throws(() => withBlock('a\n', block), /no place/);
});

test('every relative link leads to a file, and to a heading in it', () => {
  for (const page of pages) {
    const broken = brokenLinks(read(page), (path) => {
      const file = path === '' ? page : join(dirname(page), path);
      if (!existsSync(join(repositoryRoot, file))) return undefined;
      return file.endsWith('.md') ? read(file) : '';
    });
    assert.equal(broken, [], page);
  }
});

test('a link that leads nowhere is found', () => {
  const look = (path: string): string | undefined => (path === 'there.md' ? '# A heading: `x`' : undefined);
  const page = '[a](there.md) [b](there.md#a-heading-x) [c](there.md#other) [d](gone.md) [e](https://example.com/x)';
  assert.equal(brokenLinks(page, look), ['there.md#other', 'gone.md']);
});

test('docs/provisioners.md names the variables a provisioner is given, in their order', async () => {
  const recipe = await loadRecipe(join(repositoryRoot, 'images/reference'), {});
  const names = Object.keys(provisionerEnvironment(recipe, 0));
  assert.equal(tableColumn(read('docs/provisioners.md'), 'Variable'), names);
});

test("docs/provisioners.md names Kiln's own provisioners and the words of lib.sh", () => {
  const entries = readdirSync(join(repositoryRoot, 'provisioners'), { withFileTypes: true });
  const own = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  assert.equal(tableColumn(read('docs/provisioners.md'), 'Folder'), own.sort());
  const words = [...read('provisioners/lib.sh').matchAll(/^(\w+)\(\)/gm)].map(([, word]) => word);
  const told = tableColumn(read('docs/provisioners.md'), 'Word').map((word) => word.split(' ')[0]);
  assert.equal(told, words);
});

test('docs/seal.md names every check that is no rule', () => {
  const code = read('src/builder/seal/hygiene.ts');
  const checks = [...code.matchAll(/\bfound\('([\w-]+)'|\brule: '([\w-]+)'/g)].map(
    ([, one, other]) => one ?? other ?? '',
  );
  assert.equal(tableColumn(read('docs/seal.md'), 'Check').sort(), [...new Set(checks)].sort());
});

test('docs/import.md names the properties of the OVA, in their order', () => {
  const keys = propertyGroups.flatMap(({ properties }) => properties.map(({ key }) => key));
  assert.equal(tableColumn(read('docs/import.md'), 'Property'), keys);
});

test('docs/commands.md names every event of --json', () => {
  const code = read('src/builder/report/progress/json-display.ts');
  const events = [...code.matchAll(/\bwrite\('([\w-]+)'/g)].map(([, event]) => event);
  assert.equal(tableColumn(read('docs/commands.md'), 'Event').sort(), events.sort());
});

test.run();
