import { mkdirSync, readdirSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../src/builder/exec/run.ts';
import { fetchRelease, hostMirror, suitesOf } from '../../src/builder/tools/apt.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { emptyCache, privateCache } from './support/private-cache.ts';
import { bakedRelease } from './support/release.ts';
import { assertNothingLeftOver, assertNothingPartial, assertSameRelease } from './support/release-state.ts';
import { startKiln } from './support/start-kiln.ts';

/** Loopback is up, for the sandbox; there is no other network. */
const offline = ['unshare', '--net', '--', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh'];

test('without a network a bake takes from the cache all it needs, and says so', async () => {
  const folders = await privateCache('base', 'tool-tree');
  const { code, events, stderr } = await startKiln(['bake', 'images/minimal', ...folders.args], { before: offline })
    .ended;
  assert.is(code, 0, `${JSON.stringify(events.at(-1))}${stderr}`);
  const notes = events.filter(({ event }) => event === 'note').map(({ text }) => String(text));
  assert.ok(notes.some((note) => /^The mirror does not answer; using its packages as of \d{4}-\d\d-\d\d/.test(note)));
  assert.ok(events.some(({ event, name, cached }) => event === 'step-end' && name === 'base' && cached !== null));
  assertSameRelease(folders.release, await bakedRelease('minimal'));
  await assertNothingLeftOver(folders);
});

test('without a network and with an empty cache it says which address does not answer', async () => {
  const folders = emptyCache();
  const { code, events } = await startKiln(['bake', 'images/minimal', ...folders.args], { before: offline }).ended;
  assert.is(code, 1);
  assert.is(events.at(-1)?.code, 'mirror-unreachable');
  assert.match(String(events.at(-1)?.message), /https?:\/\/\S+\/dists\/trixie\S*\/InRelease/);
  assert.match(String(events.at(-1)?.hint), '--mirror');
  await assertNothingLeftOver(folders);
});

test('a mirror whose signature does not check out ends the bake, and nothing of it is kept', async () => {
  const exec = createExec(new AbortController().signal);
  const suites = suitesOf(await hostMirror(exec), 'trixie');
  const scratch = tempFolder();
  const releases = new Map<string, string>();
  for (const suite of suites) {
    const text = await fetchRelease(exec, suite, scratch);
    // One word of what is signed.
    releases.set(suite.suite, text.replace(/^Label: /m, 'Label: Not '));
  }
  const server = createServer((request, response) => {
    const text = releases.get(/\/dists\/([^/]+)\/InRelease$/.exec(request.url ?? '')?.[1] ?? '');
    response.writeHead(text === undefined ? 404 : 200).end(text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const folders = emptyCache();
    mkdirSync(join(folders.cacheDir, 'entries'));
    const mirror = ['--mirror', `http://127.0.0.1:${port}/debian`];
    const { code, events, stderr } = await startKiln(['bake', 'images/minimal', ...folders.args, ...mirror]).ended;
    assert.is(code, 1, stderr);
    assert.is(events.at(-1)?.code, 'mirror-untrusted', JSON.stringify(events.at(-1)));
    assert.match(String(events.at(-1)?.hint), 'Do not use this mirror');
    assert.is(events.filter(({ event }) => event === 'error').length, 1);
    assert.equal(readdirSync(join(folders.cacheDir, 'entries')), []);
    await assertNothingPartial(folders);
    await assertNothingLeftOver(folders);
  } finally {
    server.close();
  }
});

test.run();
