import { chmodSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ownToken } from '../../../src/builder/host/owner.ts';
import { createScratch } from '../../../src/builder/host/scratch.ts';
import { withContext } from '../../../src/builder/host/with-context.ts';
import { chooseDisplay } from '../../../src/builder/report/progress/choose.ts';
import { captureStreams } from '../../support/capture-streams.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const TOO_MUCH = 2 ** 52;

test('when memory is short the folder lies below the cache, and says so', async () => {
  const cacheDir = tempFolder();
  const notes: string[] = [];
  const options = { cacheDir, bytes: TOO_MUCH, note: (line: string) => notes.push(line), memoryRoot: tempFolder() };
  const scratch = await createScratch(options);
  assert.not.ok(scratch.inMemory);
  assert.ok(scratch.folder.startsWith(join(cacheDir, 'scratch/')));
  assert.match(notes.join(), /Too little free memory/);
  writeFileSync(join(scratch.folder, 'file'), '');
  await scratch.remove();
  assert.equal(readdirSync(join(cacheDir, 'scratch')), []);
});

test('folders of killed runs go, those of live ones and of strangers stay', async () => {
  const cacheDir = tempFolder();
  const memoryRoot = tempFolder();
  const live = `run-${ownToken()}.7`;
  const dead = `run-${ownToken().replace(/\d+$/, '1')}.0`;
  for (const root of [memoryRoot, join(cacheDir, 'scratch')]) {
    for (const name of [live, dead, 'notes']) mkdirSync(join(root, name, 'deep'), { recursive: true });
  }
  const notes: string[] = [];
  const scratch = await createScratch({ cacheDir, bytes: TOO_MUCH, note: (line) => notes.push(line), memoryRoot });
  await scratch.remove();
  for (const root of [memoryRoot, join(cacheDir, 'scratch')]) assert.equal(readdirSync(root).sort(), ['notes', live]);
  assert.is(notes.filter((line) => line.includes(dead)).length, 2);
});

test('a memory folder that others can enter is left alone', async () => {
  const cacheDir = tempFolder();
  const memoryRoot = tempFolder();
  chmodSync(memoryRoot, 0o777);
  const dead = `run-${ownToken().replace(/\d+$/, '1')}.0`;
  mkdirSync(join(memoryRoot, dead));
  const notes: string[] = [];
  const scratch = await createScratch({ cacheDir, bytes: 0, note: (line) => notes.push(line), memoryRoot });
  assert.ok(scratch.folder.startsWith(cacheDir));
  assert.match(notes.join(), `${memoryRoot} can not be taken for the working files`);
  assert.equal(readdirSync(memoryRoot), [dead]);
  await scratch.remove();
});

test('two runs of one process do not share a folder', async () => {
  const options = { cacheDir: tempFolder(), bytes: TOO_MUCH, note: () => {}, memoryRoot: tempFolder() };
  const [one, two] = await Promise.all([createScratch(options), createScratch(options)]);
  assert.is.not(one.folder, two.folder);
});

test('the scratch folder of a context is gone after work that failed', async () => {
  const { streams } = captureStreams();
  const progress = chooseDisplay(false, streams, {});
  let folder = '';
  const options = { progress, cacheDir: tempFolder(), signal: new AbortController().signal, scratchBytes: TOO_MUCH };
  const work = withContext(options, async ({ scratch }) => {
    folder = scratch;
    assert.ok(existsSync(scratch));
    throw new Error('disk on fire');
  });
  await work.then(assert.unreachable, (error: Error) => assert.is(error.message, 'disk on fire'));
  assert.not.ok(existsSync(folder));
});

test.run();
