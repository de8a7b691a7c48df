import {
  closeSync,
  copyFileSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRelease } from '../../src/contract/parse-release.ts';
import { privateCache } from './support/private-cache.ts';
import { bakedRelease } from './support/release.ts';
import { assertNothingLeftOver, assertSameRelease, assertUsable } from './support/release-state.ts';
import { startKiln } from './support/start-kiln.ts';

/** Flips one bit in the middle of a file; the shared cache has the same file by a hard link and keeps it. */
function damage(path: string): void {
  const copy = `${path}.copy`;
  copyFileSync(path, copy);
  const file = openSync(copy, 'r+');
  const byte = Buffer.alloc(1);
  const middle = Math.floor(fstatSync(file).size / 2);
  readSync(file, byte, 0, 1, middle);
  byte[0] = (byte[0] ?? 0) ^ 1;
  writeSync(file, byte, 0, 1, middle);
  closeSync(file);
  renameSync(copy, path);
}

test('what is damaged in the cache is noticed and made again, with the same result', async () => {
  const folders = await privateCache('base', 'tool-tree', 'slot');
  const { cacheDir } = folders;
  const release = parseRelease(JSON.parse(readFileSync(join(await bakedRelease('minimal'), 'release.json'), 'utf8')));
  const entry = (kind: string): string => join(cacheDir, 'entries', kind, release.steps[kind] ?? '');
  const debs = join(cacheDir, 'debs/trixie-minbase');
  const deb = readdirSync(debs).find((name) => name.startsWith('netbase_')) ?? '';
  damage(join(entry('slot'), 'slot.ext4.zst'));
  damage(join(entry('base'), 'base.tar'));
  damage(join(entry('tool-tree'), 'tools.tar'));
  damage(join(debs, deb));

  const { code, events, stderr } = await startKiln(['bake', 'images/minimal', ...folders.args]).ended;
  assert.is(code, 0, `${JSON.stringify(events.at(-1))}${stderr}`);
  const notes = events.filter(({ event }) => event === 'note').map(({ text }) => String(text));
  for (const part of [
    /^Cache entry slot\/\S+ is damaged \(slot\.ext4\.zst has other content\); it is made again/,
    /^Cache entry base\/\S+ is damaged \(base\.tar has other content\); it is made again/,
    /^Cache entry tool-tree\/\S+ is damaged \(tools\.tar has other content\); it is made again/,
    /^cached package netbase_\S+ was damaged; it is fetched again/i,
  ]) {
    assert.ok(
      notes.some((note) => part.test(note)),
      `${part}: ${notes.join('\n')}`,
    );
  }
  const cached = events.filter(({ event, cached: why }) => event === 'step-end' && why !== null);
  assert.equal(cached, []);
  assertSameRelease(folders.release, await bakedRelease('minimal'));
  await assertNothingLeftOver(folders);
  await assertUsable(cacheDir);
});

test.run();
