import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ownImage } from './support/own-image.ts';
import { type Folders, privateCache } from './support/private-cache.ts';
import { assertNothingLeftOver, assertWhole } from './support/release-state.ts';
import type { KilnEvent } from './support/run-kiln.ts';
import { startKiln } from './support/start-kiln.ts';

async function bake(folders: Folders, image: string): Promise<readonly KilnEvent[]> {
  const { code, events, stderr } = await startKiln(['bake', image, ...folders.args]).ended;
  assert.is(code, 0, `${JSON.stringify(events.at(-1))}${stderr}`);
  assertWhole(folders.release);
  await assertNothingLeftOver(folders);
  return events;
}

/** The steps that ran, in the order they ended, each with whether the cache had the answer. */
function stepsOf(events: readonly KilnEvent[]): Record<string, boolean> {
  const ends = events.filter(({ event }) => event === 'step-end');
  return Object.fromEntries(ends.map(({ name, cached }) => [String(name), cached !== null]));
}

function stampsOf(folder: string): unknown {
  return readdirSync(folder).map((name) => {
    const { ino, size, mtimeMs, ctimeMs } = statSync(join(folder, name));
    return { name, ino, size, mtimeMs, ctimeMs };
  });
}

test('another description asks for other artifacts, and nothing more; the same recipe asks for nothing', async () => {
  const folders = await privateCache('base', 'tool-tree', 'slot');
  const image = ownImage(undefined, (text) => `${text}\ndescription: Told in other words.\n`);
  const steps = stepsOf(await bake(folders, image));
  assert.is(steps.slot, true);
  assert.is(steps['wrap/kvm'], false);
  for (const name of ['base', 'unpack', 'provision', 'seal']) assert.not.ok(name in steps, name);

  const before = stampsOf(folders.release);
  const events = await bake(folders, image);
  assert.equal(Object.keys(stepsOf(events)), ['plan']);
  assert.is(events.find(({ event }) => event === 'result')?.unchanged, true);
  assert.equal(stampsOf(folders.release), before);
});

test('a change in a late provisioner takes the base tree from the cache', async () => {
  const folders = await privateCache('base', 'tool-tree', 'slot');
  const steps = stepsOf(await bake(folders, ownImage('echo changed >/etc/note')));
  assert.is(steps.base, true);
  assert.is(steps['tool-tree'], true);
  assert.is(steps.provision, false);
  assert.is(steps.slot, false);
});

test.run();
