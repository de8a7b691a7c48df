import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Cache, openCache } from '../../../src/builder/cache/cache.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const ID = '0123456789abcdef';

interface Setting {
  cache: Cache;
  dir: string;
  notes: string[];
}

async function open(dir = tempFolder()): Promise<Setting> {
  const notes: string[] = [];
  return { cache: await openCache(dir, (line) => notes.push(line)), dir, notes };
}

const fill = async (folder: string): Promise<void> => {
  mkdirSync(join(folder, 'sub'));
  await writeFile(join(folder, 'tree.tar'), 'content');
  // A whole second, which a test can set again exactly.
  utimesSync(join(folder, 'tree.tar'), 1e9, 1e9);
  await writeFile(join(folder, 'sub/log'), 'more');
};

/** Changes a file of an entry as a failing disk would: same size, same time. */
function spoil(path: string, content: string): void {
  chmodSync(path, 0o644);
  writeFileSync(path, content);
  utimesSync(path, 1e9, 1e9);
}

test('what was put can be got, by this process and by the next', async () => {
  const { cache, dir, notes } = await open();
  assert.is(await cache.get('base', ID), null);
  const put = await cache.put('base', ID, 'trixie', fill);
  const got = await (await open(dir)).cache.get('base', ID);
  assert.equal(got, put);
  assert.equal(
    got?.files.map(({ path, sizeBytes }) => [path, sizeBytes]),
    [
      ['sub/log', 4],
      ['tree.tar', 7],
    ],
  );
  assert.is(statSync(join(put.folder, 'tree.tar')).mode & 0o222, 0);
  assert.equal(readdirSync(join(dir, 'partial')), []);
  assert.equal(notes, []);
});

const damages: readonly (readonly [string, (folder: string) => void, RegExp])[] = [
  [
    'other bytes of the same size',
    (folder) => spoil(join(folder, 'tree.tar'), 'CONTENT'),
    /tree\.tar has other content/,
  ],
  ['a shorter file', (folder) => spoil(join(folder, 'tree.tar'), 'con'), /has 3 bytes instead of 7/],
  ['an empty entry.json', (folder) => writeFileSync(join(folder, 'entry.json'), ''), /entry\.json/],
  [
    'an entry.json that lies',
    (folder) => writeFileSync(join(folder, 'entry.json'), '{"schemaVersion":1}'),
    /entry\.json/,
  ],
  ['a file more', (folder) => writeFileSync(join(folder, 'new'), ''), /new does not belong/],
];
for (const [what, harm, reason] of damages) {
  test(`damage is found, told, dropped, and the entry can be made again: ${what}`, async () => {
    const { cache, dir, notes } = await open();
    const { folder } = await cache.put('base', ID, 'trixie', fill);
    harm(folder);
    assert.is(await cache.get('base', ID), null);
    assert.match(notes.join(), reason);
    assert.not.ok(existsSync(folder));
    await cache.put('base', ID, 'trixie', fill);
    assert.ok(await (await open(dir)).cache.get('base', ID));
  });
}

test('peek trusts untouched files, and reads those whose time has changed', async () => {
  const { cache } = await open();
  const { folder } = await cache.put('base', ID, 'trixie', fill);
  assert.ok(await cache.peek('base', ID));
  chmodSync(join(folder, 'tree.tar'), 0o644);
  writeFileSync(join(folder, 'tree.tar'), 'CONTENT');
  utimesSync(join(folder, 'tree.tar'), new Date(), new Date(1.5e12));
  assert.is(await cache.peek('base', ID), null);
});

test('an entry moved under another name is not believed', async () => {
  const { cache, dir, notes } = await open();
  await cache.put('base', ID, 'trixie', fill);
  const { renameSync } = await import('node:fs');
  const other = 'fedcba9876543210';
  renameSync(join(dir, 'entries/base', ID), join(dir, 'entries/base', other));
  assert.is(await cache.get('base', other), null);
  assert.match(notes.join(), /entry\.json is that of base\/0123456789abcdef/);
});

test('a fill that fails leaves nothing', async () => {
  const { cache, dir } = await open();
  const failing = cache.put('base', ID, 'trixie', async (folder) => {
    await fill(folder);
    throw new Error('no space');
  });
  await failing.then(
    () => assert.unreachable(),
    (error: Error) => assert.is(error.message, 'no space'),
  );
  assert.equal(readdirSync(join(dir, 'partial')), []);
  assert.is(await cache.get('base', ID), null);
});

test('only files and folders can be kept', async () => {
  const { cache } = await open();
  const linked = cache.put('base', ID, 'trixie', async (folder) => symlinkSync('/etc/passwd', join(folder, 'link')));
  await linked.then(
    () => assert.unreachable(),
    (error: Error) => assert.match(error.message, /link is neither/),
  );
});

test('several who make the same entry at once all get one', async () => {
  const { cache, dir } = await open();
  const second = (await open(dir)).cache;
  const entries = await Promise.all([cache, second, cache].map((one) => one.put('base', ID, 'trixie', fill)));
  for (const entry of entries) assert.is(entry.folder, entries[0]?.folder);
  assert.ok(await cache.get('base', ID));
  assert.equal(readdirSync(join(dir, 'partial')), []);
});

test('a new entry takes the place of a damaged one that came in between', async () => {
  const { cache, dir } = await open();
  const entry = await cache.put('base', ID, 'trixie', async (folder) => {
    await fill(folder);
    mkdirSync(join(dir, 'entries/base', ID), { recursive: true });
    writeFileSync(join(dir, 'entries/base', ID, 'half'), '');
  });
  assert.equal(readdirSync(entry.folder).sort(), ['entry.json', 'sub', 'tree.tar']);
});

test('partial entries of killed runs are removed when the cache is opened, those of live ones are not', async () => {
  const { dir } = await open();
  const { ownToken } = await import('../../../src/builder/host/owner.ts');
  const own = ownToken();
  const dead = own.replace(/\d+$/, '1');
  for (const name of [`${own}.99`, `${dead}.0`]) mkdirSync(join(dir, 'partial', name));
  await open(dir);
  assert.equal(readdirSync(join(dir, 'partial')), [`${own}.99`]);
});

test('kinds and ids can not lead out of the cache', async () => {
  const { cache } = await open();
  for (const [kind, id] of [
    ['..', ID],
    ['base', '../../../etc'],
    ['a/b', ID],
    ['base', ''],
    ['base', 'ABCDEF0123456789'],
  ] as const) {
    await cache.get(kind, id).then(
      () => assert.unreachable(),
      (error: Error) => assert.match(error.message, /can not name/),
    );
  }
});

test.run();
