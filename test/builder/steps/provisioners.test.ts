import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { listProvisioners } from '../../../src/builder/steps/provisioners.ts';
import { sampleRecipe } from '../targets/sample-recipe.ts';

const own = await listProvisioners({ ...sampleRecipe, provisioners: [] });
const ofTheImage = async (...provisioners: string[]) =>
  (await listProvisioners({ ...sampleRecipe, provisioners })).slice(own.length);

test("Kiln's own come first, in the order of their numbers", () => {
  const names = own.map(({ name }) => name);
  assert.ok(names.length > 0);
  assert.equal(names, [...names].sort());
  for (const { name, folder } of own) assert.ok(folder.endsWith(`/provisioners/${name}`));
});

test("the recipe's follow in the order it names them", async () => {
  assert.equal(await ofTheImage('/image/zebra', '/image/deep/ape'), [
    { name: 'image-zebra', folder: '/image/zebra' },
    { name: 'image-ape', folder: '/image/deep/ape' },
  ]);
});

test('folders of the same name get names of their own', async () => {
  const names = (await ofTheImage('/image/a/setup', '/image/b/setup', '/image/setup-2', '/image/c/setup')).map(
    ({ name }) => name,
  );
  assert.is(new Set(names).size, 4);
  assert.equal(names.slice(0, 2), ['image-setup', 'image-setup-2']);
});

test('names can stand in a path, a shell and a template, whatever the folder is called', async () => {
  const folders = ["/image/it's {{x}} $y", '/image/übung', '/image/a b', '/image/-rf', '/image/..x'];
  for (const { name, folder } of await ofTheImage(...folders)) {
    assert.match(name, /^image-[A-Za-z0-9.-]+$/);
    assert.ok(folders.includes(folder));
  }
});

test.run();
