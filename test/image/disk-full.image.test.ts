import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type EntryKind, type Folders, privateCache } from './support/private-cache.ts';
import { bakedRelease } from './support/release.ts';
import { assertNothingLeftOver, assertSameRelease, assertUsable } from './support/release-state.ts';
import type { KilnEvent } from './support/run-kiln.ts';
import { startKiln } from './support/start-kiln.ts';

/** A bake that sees a file system of `size` on `small`, and no memory for its working files unless that is `small`. */
async function bakeWithSmall(folders: Folders, small: string, size: string): Promise<KilnEvent> {
  mkdirSync(small, { recursive: true });
  const script =
    'mount -t tmpfs -o size=1m tmpfs /dev/shm && mount -t tmpfs -o "size=$1" tmpfs "$2" && shift 2 && "$@"; code=$?; ' +
    // What is left is looked for where it was written, before it vanishes with the mount.
    'find "$small" -mindepth 1 ! -type d ! -name .lock ! -path "*/logs/*" >&2; exit $code';
  const before = ['env', `small=${small}`, 'unshare', '--mount', 'sh', '-c', script, 'sh', size, small];
  const { code, events, stderr } = await startKiln(['bake', 'images/minimal', ...folders.args], { before }).ended;
  assert.is(code, 1, stderr);
  const error = events.at(-1);
  assert.is(error?.event, 'error');
  assert.is(error?.code, 'disk-full', JSON.stringify(error));
  assert.match(String(error?.message), 'no space left');
  assert.match(String(error?.hint), /--cache-dir|--output/);
  assert.is(events.filter(({ event }) => event === 'error').length, 1);
  // Standard error has the files left on the small disk, and nothing of kiln's.
  assert.is(stderr, '');
  return error ?? { event: '' };
}

async function rebakes(folders: Folders): Promise<void> {
  await assertUsable(folders.cacheDir);
  const { code, stderr } = await startKiln(['bake', 'images/minimal', ...folders.args]).ended;
  assert.is(code, 0, stderr);
  assertSameRelease(folders.release, await bakedRelease('minimal'));
  await assertNothingLeftOver(folders);
}

const cases: readonly (readonly [
  name: string,
  kinds: readonly EntryKind[],
  at: (f: Folders) => string,
  size: string,
])[] = [
  ['releases go', ['tool-tree', 'slot'], ({ output }) => output, '64m'],
  ['working files go', ['tool-tree', 'slot'], ({ cacheDir }) => join(cacheDir, 'scratch'), '64m'],
  ['the slot is put together', ['tool-tree', 'slot'], ({ cacheDir }) => join(cacheDir, 'scratch'), '400m'],
];

for (const [name, kinds, at, size] of cases) {
  test(`a full disk where ${name} is told once and nothing partial stays`, async () => {
    const folders = await privateCache(...kinds);
    await bakeWithSmall(folders, at(folders), size);
    await assertUsable(folders.cacheDir);
    assert.not.ok(existsSync(folders.release));
  });
}

test('a full disk where the cache is leaves a cache that can be used', async () => {
  const folders = await privateCache('tool-tree', 'base');
  await bakeWithSmall(folders, join(folders.cacheDir, 'partial'), '64m');
  assert.not.ok(existsSync(folders.release));
  await rebakes(folders);
});

test.run();
