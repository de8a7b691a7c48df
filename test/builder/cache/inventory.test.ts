import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openCache } from '../../../src/builder/cache/cache.ts';
import { type CacheListing, chooseForPruning, listCache, pruneCache } from '../../../src/builder/cache/inventory.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function entry(id: string, sizeBytes: number, day: number, more: Partial<CacheListing> = {}): CacheListing {
  const lastUsed = new Date(Date.UTC(2026, 0, day));
  return { kind: 'base', id, description: '', sizeBytes, lastUsed, inUse: false, damaged: false, folder: '/', ...more };
}

const ids = (entries: readonly CacheListing[]): string[] => entries.map(({ id }) => id);

test('age: what was last used before the day goes', () => {
  const entries = [entry('new', 1, 20), entry('old', 1, 2)];
  assert.equal(ids(chooseForPruning(entries, { usedSince: new Date('2026-01-10') })), ['old']);
});

test('size: the least recently used go until the rest fits, and one in use counts but stays', () => {
  const entries = [entry('a', 40, 9), entry('b', 40, 8), entry('c', 10, 7), entry('used', 30, 1, { inUse: true })];
  assert.equal(ids(chooseForPruning(entries, { maxBytes: 80 })), ['b']);
  assert.equal(ids(chooseForPruning(entries, { maxBytes: 0 })), ['a', 'b', 'c']);
});

test('all: everything but what is in use; nothing asked: only the damaged', () => {
  const entries = [entry('a', 0, 9), entry('bad', 0, 9, { damaged: true }), entry('used', 1, 9, { inUse: true })];
  assert.equal(ids(chooseForPruning(entries, { all: true })), ['a', 'bad']);
  assert.equal(ids(chooseForPruning(entries, {})), ['bad']);
});

test('an empty or missing cache lists as nothing', async () => {
  assert.equal(await listCache(join(tempFolder(), 'none')), []);
});

test('entries are listed by last use and pruned from the disk, but not while a running process uses them', async () => {
  const dir = tempFolder();
  const cache = await openCache(dir, () => {});
  const [one, two] = ['1111111111111111', '2222222222222222'] as const;
  for (const id of [one, two]) {
    await cache.put('base', id, `entry ${id[0]}`, (folder) => writeFile(join(folder, 'f'), 'x'.repeat(10)));
  }
  const damaged = join(dir, 'entries/base/3333333333333333');
  mkdirSync(damaged);
  utimesSync(join(dir, 'entries/base', one, 'entry.json'), new Date(), new Date('2020-01-03'));
  utimesSync(damaged, new Date(), new Date('2020-01-02'));
  utimesSync(join(dir, 'entries/base', two, 'entry.json'), new Date(), new Date('2020-01-01'));
  const listed = await listCache(dir);
  assert.equal(
    listed.map(({ id, sizeBytes, inUse, damaged }) => [id[0], sizeBytes, inUse, damaged]),
    [
      ['1', 10, true, false],
      ['3', 0, false, true],
      ['2', 10, true, false],
    ],
  );
  assert.equal(ids(await pruneCache(dir, { all: true })), ['3333333333333333']);

  // What a killed run had marked is free again.
  const { readdirSync, renameSync } = await import('node:fs');
  const [token = ''] = readdirSync(join(dir, 'in-use'));
  renameSync(join(dir, 'in-use', token), join(dir, 'in-use', token.replace(/\d+$/, '1')));
  assert.equal(ids(await pruneCache(dir, { maxBytes: 10 })), [two]);
  assert.equal(ids(await listCache(dir)), [one]);
});

test('downloaded packages are listed and can be pruned', async () => {
  const dir = tempFolder();
  mkdirSync(join(dir, 'debs/trixie-minbase'), { recursive: true });
  writeFileSync(join(dir, 'debs/trixie-minbase/a_1_amd64.deb'), '12345');
  const [debs] = await listCache(dir);
  assert.equal([debs?.kind, debs?.id, debs?.sizeBytes, debs?.inUse], ['debs', 'trixie-minbase', 5, false]);
  assert.equal(ids(await pruneCache(dir, { all: true })), ['trixie-minbase']);
  assert.equal(await listCache(dir), []);
});

test.run();
