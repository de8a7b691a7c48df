import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { putAllDurably, putDurably, writeDurably } from '../../src/builder/durable-file.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a file is replaced whole, and nothing else is left', async () => {
  const folder = tempFolder();
  const path = join(folder, 'release.json');
  writeFileSync(path, 'before, and longer');
  await writeDurably(path, 'after');
  assert.is(readFileSync(path, 'utf8'), 'after');
  assert.is(statSync(path).mode & 0o777, 0o644);
  assert.equal(readdirSync(folder), ['release.json']);
});

test('until all of it is there, the name is as it was', async () => {
  const folder = tempFolder();
  const path = join(folder, 'a.raucb');
  writeFileSync(path, 'before');
  const torn = putDurably(path, async (partial) => {
    assert.is(dirname(partial), folder);
    await writeFile(partial, 'half');
    assert.is(readFileSync(path, 'utf8'), 'before');
    throw new Error('the disk is full');
  });
  const message = await torn.catch((error: Error) => error.message);
  assert.is(message, 'the disk is full');
  assert.is(readFileSync(path, 'utf8'), 'before');
  assert.equal(readdirSync(folder), ['a.raucb']);
});

test('several files are replaced when all of them are there, in their order', async () => {
  const folder = tempFolder();
  const paths = ['c', 'a', 'b'].map((name) => join(folder, name));
  for (const path of paths) writeFileSync(path, 'before');
  const told = () => paths.map((path) => readFileSync(path, 'utf8'));
  const write = async (partials: readonly string[]): Promise<void> => {
    for (const partial of partials) await writeFile(partial, 'after');
  };
  const torn = putAllDurably(paths, async (partials) => {
    await write(partials);
    assert.equal(told(), ['before', 'before', 'before']);
    throw new Error('the disk is full');
  });
  assert.is(await torn.catch((error: Error) => error.message), 'the disk is full');
  assert.equal(told(), ['before', 'before', 'before']);
  await putAllDurably(paths, write);
  assert.equal(told(), ['after', 'after', 'after']);
  assert.equal(readdirSync(folder), ['a', 'b', 'c']);
});

test('what cannot get its name stops those after it, not those before', async () => {
  const folder = tempFolder();
  const paths = ['first', 'second', 'third'].map((name) => join(folder, name));
  mkdirSync(join(folder, 'second/full'), { recursive: true });
  const stopped = putAllDurably(paths, async (partials) => {
    for (const partial of partials) await writeFile(partial, 'after');
  });
  assert.match(String(await stopped.catch((error: Error) => error.message)), /second/);
  assert.equal(readdirSync(folder), ['first', 'second']);
});

test.run();
