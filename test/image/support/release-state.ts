import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as assert from 'uvu/assert';
import { openCache } from '../../../src/builder/cache/cache.ts';
import { findDamage, readRecord } from '../../../src/builder/cache/entry.ts';
import type { Release } from '../../../src/contract/release.ts';
import type { Folders } from './private-cache.ts';

/** What must hold at any moment: a release or cache entry that has its name is whole. */
export async function assertNothingPartial({ cacheDir, output, release }: Folders): Promise<void> {
  if (existsSync(release)) assertWhole(release);
  for (const folder of entriesOf(cacheDir)) {
    const record = await readRecord(folder);
    assert.ok(record, `${folder} has no entry.json`);
    if (record !== undefined) assert.is(await findDamage(folder, record, false), undefined, folder);
  }
  const named = existsSync(join(output, 'minimal')) ? readdirSync(join(output, 'minimal')) : [];
  assert.equal(
    named.filter((name) => !name.startsWith('.') && !['logs', '0.1.0'].includes(name)),
    [],
  );
}

/** What must hold after a bake that ended by itself: nothing hidden or half made is left. */
export async function assertNothingLeftOver(folders: Folders): Promise<void> {
  await assertNothingPartial(folders);
  const hidden = readdirSync(join(folders.output, 'minimal')).filter((name) => name.startsWith('.'));
  assert.equal(hidden, ['.lock']);
  for (const place of ['partial', 'scratch']) {
    const path = join(folders.cacheDir, place);
    assert.equal(existsSync(path) ? readdirSync(path) : [], [], path);
  }
}

/** As `sha256sum --check SHA256SUMS`, and no file besides. */
export function assertWhole(release: string): void {
  const listed = [...readFileSync(join(release, 'SHA256SUMS'), 'utf8').matchAll(/^([0-9a-f]{64}) \*(.+)$/gm)];
  assert.ok(listed.length >= 2);
  for (const [, sum, file = ''] of listed) assert.is(sha256(join(release, file)), sum, file);
  assert.equal(readdirSync(release).sort(), ['SHA256SUMS', ...listed.map(([, , file = '']) => file)].sort());
}

/**
 * Whether two releases are the same, byte for byte: but for the update bundle, whose salt and signature RAUC draws anew,
 * and what release.json says of it.
 */
export function assertSameRelease(release: string, other: string): void {
  assertWhole(release);
  assert.equal(sameEachTime(release), sameEachTime(other));
}

function sameEachTime(release: string): unknown {
  const sums = readFileSync(join(release, 'SHA256SUMS'), 'utf8').split('\n');
  const described = JSON.parse(readFileSync(join(release, 'release.json'), 'utf8')) as Release;
  const { file, signer } = described.bundle ?? {};
  return {
    sums: sums.filter((line) => !/\*(release\.json|.+\.raucb)$/.test(line)),
    described: { ...described, bundle: { file, signer } },
  };
}

/** Whether a cache can still be built on: every entry gives what it was made of. */
export async function assertUsable(cacheDir: string): Promise<void> {
  const notes: string[] = [];
  const cache = await openCache(cacheDir, (line) => notes.push(line));
  for (const folder of entriesOf(cacheDir)) {
    const [kind = '', id = ''] = folder.split('/').slice(-2);
    assert.ok(await cache.get(kind, id), folder);
  }
  assert.equal(notes, []);
}

function entriesOf(cacheDir: string): string[] {
  const root = join(cacheDir, 'entries');
  if (!existsSync(root)) return [];
  return readdirSync(root).flatMap((kind) => readdirSync(join(root, kind)).map((id) => join(root, kind, id)));
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
