import { cpSync, existsSync, readFileSync } from 'node:fs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ownImage } from './support/own-image.ts';
import { type Folders, privateCache } from './support/private-cache.ts';
import { bakedRelease } from './support/release.ts';
import { assertNothingLeftOver, assertSameRelease, assertUsable } from './support/release-state.ts';
import type { KilnEvent } from './support/run-kiln.ts';
import { startKiln } from './support/start-kiln.ts';

/** A bake over an older release, which must stay as it is. */
async function failingBake(folders: Folders, script: string): Promise<KilnEvent> {
  const older = await bakedRelease('minimal');
  cpSync(older, folders.release, { recursive: true, preserveTimestamps: true });
  const { code, events, stderr } = await startKiln(['bake', ownImage(script), ...folders.args]).ended;
  assert.is(code, 1, stderr);
  assertSameRelease(folders.release, older);
  await assertNothingLeftOver(folders);
  await assertUsable(folders.cacheDir);
  const error = events.at(-1);
  assert.is(error?.event, 'error');
  return error ?? { event: '' };
}

test('a provisioner that exits 3 is named with its code, its last lines and the log', async () => {
  const folders = await privateCache('base', 'tool-tree');
  const error = await failingBake(folders, 'echo the last words\nexit 3');
  assert.is(error.code, 'provisioner-failed');
  const message = String(error.message);
  assert.match(message, /^provisioner \S*50-own failed with exit code 3\n/);
  assert.match(message, '| the last words');
  const [, log = ''] = /The whole output is in (\S+\.log)\./.exec(String(error.hint)) ?? [];
  assert.ok(existsSync(log), log);
  assert.match(readFileSync(log, 'utf8'), 'the last words');
});

test('what must not ship is found wherever a provisioner leaves it', async () => {
  const folders = await privateCache('base', 'tool-tree');
  const error = await failingBake(
    folders,
    "ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/spare_key\nuseradd --create-home visitor\n: >/etc/note && chmod 0666 /etc/note",
  );
  assert.is(error.code, 'seal-dirty');
  const message = String(error.message);
  assert.match(message, '/etc/ssh/spare_key: holds a private key');
  assert.match(message, "/etc/passwd: visitor is a person's account");
  assert.match(message, '/etc/note: anyone may write to it');
});

test.run();
