import { accessSync, constants, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolder } from '../support/temp-folder.ts';
import { emptyCache } from './support/private-cache.ts';
import { startKiln } from './support/start-kiln.ts';

/** A PATH with every program of this host but one. */
function pathWithout(missing: string): string {
  const folder = join(tempFolder(), 'bin');
  mkdirSync(folder);
  const seen = new Set([missing]);
  for (const from of (process.env.PATH ?? '').split(':').filter(isFolder)) {
    for (const name of readdirSync(from).filter((one) => !seen.has(one))) {
      seen.add(name);
      symlinkSync(join(from, name), join(folder, name));
    }
  }
  return folder;
}

function isFolder(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.X_OK);
    return path !== '';
  } catch {
    // A PATH may name folders that are not there.
    return false;
  }
}

for (const tool of ['packer', 'mmdebstrap', 'qemu-img', 'flock', 'setpriv']) {
  test(`without ${tool} a bake says so before it starts on anything`, async () => {
    const folders = emptyCache();
    const env = { ...process.env, PATH: pathWithout(tool) };
    const { code, events, stderr } = await startKiln(['bake', 'images/minimal', ...folders.args], { env }).ended;
    assert.is(code, 1, stderr);
    assert.equal(
      events.map(({ event, code: errorCode }) => [event, errorCode]),
      [['error', 'tool-missing']],
    );
    assert.match(String(events[0]?.message), new RegExp(`^${tool} is not installed; it is needed to `));
    assert.match(String(events[0]?.hint), 'kiln check');
    assert.equal(readdirSync(folders.output), []);
  });
}

test('a program that only smoke runs need is missed only with --smoke', async () => {
  const folders = emptyCache();
  const env = { ...process.env, PATH: pathWithout('qemu-system-x86_64') };
  const { events } = await startKiln(['bake', 'images/minimal', '--smoke', ...folders.args], { env }).ended;
  assert.is(events[0]?.code, 'tool-missing');
  const kiln = startKiln(['bake', 'images/minimal', ...folders.args], { env });
  await kiln.saw('step-start', 'plan');
  kiln.kill('SIGINT');
  assert.is((await kiln.ended).code, 130);
});

test.run();
