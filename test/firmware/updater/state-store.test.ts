import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { StateStore } from '../../../src/firmware/updater/state-store.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { NOW, stateIn } from './sample.ts';

async function opened(folder: string): Promise<{ readonly store: StateStore; readonly told: string[] }> {
  const told: string[] = [];
  return { store: await StateStore.open(folder, NOW, 'b-1', (message) => told.push(message)), told };
}

test('a state that was kept is there again, and the first one before', async () => {
  const folder = join(tempFolder(), 'updater');
  const { store } = await opened(folder);
  assert.is(store.state.phase, 'idle');
  await store.save(stateIn('scheduled'));
  await store.save(stateIn('downloading'));
  const { store: again, told } = await opened(folder);
  assert.equal([again.state, told], [stateIn('downloading'), []]);
});

test('a damaged state is told of and put aside, and the one before counts', async () => {
  for (const damage of ['', '{', '\u0000'.repeat(500), JSON.stringify({ ...stateIn('trial'), phase: 'done' })]) {
    const folder = tempFolder();
    const { store } = await opened(folder);
    await store.save(stateIn('scheduled'));
    await store.save(stateIn('downloading'));
    writeFileSync(join(folder, 'state.json'), damage);
    const { store: again, told } = await opened(folder);
    assert.is(again.state.phase, 'scheduled');
    assert.is(told.length, 1, 'an empty file is damage as well');
    assert.is(readFileSync(join(folder, 'state.json.damaged'), 'utf8'), damage);
    await again.save(stateIn('downloading'));
    assert.is((await opened(folder)).store.state.phase, 'downloading');
  }
});

test('both damaged: it begins anew, and says so', async () => {
  const folder = tempFolder();
  for (const name of ['state.json', 'state.before.json']) writeFileSync(join(folder, name), '{');
  const { store, told } = await opened(folder);
  assert.equal([store.state.phase, told.length], ['idle', 2]);
});

test('what could not be read again is not kept', async () => {
  const folder = tempFolder();
  const { store } = await opened(folder);
  await store.save(stateIn('scheduled'));
  let message = '';
  await store.save(stateIn('downloading', { approval: null })).catch((error: Error) => {
    message = error.message;
  });
  assert.match(message, 'approval');
  assert.is(store.state.phase, 'scheduled');
  assert.is((await opened(folder)).store.state.phase, 'scheduled');
});

test('what a killed writer left is removed, and nothing else', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, '.01234567-89ab-cdef-0123-456789abcdef.new'), 'x');
  writeFileSync(join(folder, '.mine.new'), 'x');
  await opened(folder);
  assert.equal(readdirSync(folder), ['.mine.new']);
  assert.not.ok(existsSync(join(folder, 'state.json')));
});

test.run();
