import { chmod, cp, mkdir, rename, symlink, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { contentId, treeId } from '../../../src/builder/plan/content-id.ts';
import { tempFolder } from '../../support/temp-folder.ts';

test('the order of keys does not count, that of a list does', () => {
  assert.is(contentId({ a: 1, b: { c: [1, 2], d: null } }), contentId({ b: { d: null, c: [1, 2] }, a: 1 }));
  assert.is.not(contentId({ a: [1, 2] }), contentId({ a: [2, 1] }));
  assert.match(contentId({}), /^[0-9a-f]{64}$/);
});

test('values that look alike get ids of their own', () => {
  const alike = [{ a: '1' }, { a: 1 }, { a: true }, { a: 'true' }, { a: null }, { a: 'null' }, { a: [] }, { a: {} }];
  const tricky = [{ 'a":1,"b': 2 }, { a: 1, b: 2 }, { a: '1,2' }, { a: ['1,2'] }, { a: ['1', '2'] }, { a: '' }, {}];
  const ids = [...alike, ...tricky].map((value) => contentId(value));
  assert.is(new Set(ids).size, ids.length);
});

test('what has no one spelling is refused, at any depth', () => {
  for (const value of [undefined, Number.NaN, Infinity, () => 1, Symbol('a'), 1n, new Date(0), new Map([[1, 2]])]) {
    assert.throws(() => contentId({ a: value }), TypeError);
    assert.throws(() => contentId({ a: [{ b: value }] }), TypeError);
  }
});

async function sampleTree(): Promise<string> {
  const root = join(tempFolder(), 'tree');
  await mkdir(join(root, 'sub'), { recursive: true });
  await writeFile(join(root, 'run.sh'), 'echo 1\n');
  await writeFile(join(root, 'sub/data'), 'x');
  await symlink('run.sh', join(root, 'link'));
  return root;
}

test('a copy with other times and permissions is the same tree', async () => {
  const root = await sampleTree();
  const copy = join(tempFolder(), 'another-name');
  await cp(root, copy, { recursive: true, verbatimSymlinks: true });
  await utimes(join(copy, 'run.sh'), 1, 1);
  await chmod(join(copy, 'sub/data'), 0o600);
  assert.is(await treeId([copy]), await treeId([root]));
});

const changes: Readonly<Record<string, (root: string) => Promise<void>>> = {
  'a changed byte': (root) => writeFile(join(root, 'sub/data'), 'y'),
  'a new empty file': (root) => writeFile(join(root, 'sub/new'), ''),
  'a new empty folder': async (root) => void (await mkdir(join(root, 'empty'))),
  'a file that may be run': (root) => chmod(join(root, 'run.sh'), 0o755),
  'a file moved': (root) => rename(join(root, 'sub/data'), join(root, 'data')),
  'a link that leads elsewhere': async (root) => {
    await unlink(join(root, 'link'));
    await symlink('sub', join(root, 'link'));
  },
  'a file in the place of a link': async (root) => {
    await unlink(join(root, 'link'));
    await writeFile(join(root, 'link'), 'run.sh');
  },
};

for (const [name, change] of Object.entries(changes)) {
  test(`${name} makes it another tree`, async () => {
    const root = await sampleTree();
    const before = await treeId([root]);
    await change(root);
    assert.is.not(await treeId([root]), before);
  });
}

test('a missing path is no error and not the same as an empty one', async () => {
  const folder = tempFolder();
  const path = join(folder, 'maybe');
  const missing = await treeId([path]);
  await writeFile(path, '');
  assert.is.not(await treeId([path]), missing);
});

test('where one path ends and the next begins counts', async () => {
  const [one, two] = [tempFolder(), tempFolder()];
  await writeFile(join(one, 'a'), '1');
  await writeFile(join(two, 'b'), '2');
  const both = tempFolder();
  await writeFile(join(both, 'a'), '1');
  await writeFile(join(both, 'b'), '2');
  assert.is.not(await treeId([one, two]), await treeId([both]));
  assert.is.not(await treeId([one, two]), await treeId([two, one]));
});

test.run();
