import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { putDurably, writeDurably } from '../../src/builder/durable-file.ts';
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

test.run();
