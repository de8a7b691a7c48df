import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { repositoryRoot } from '../support/source-files.ts';
import { familyOf, survivors } from './support/family.ts';
import { emptyCache, type Folders } from './support/private-cache.ts';
import { bakedRelease, sharedCache } from './support/release.ts';
import { assertNothingLeftOver, assertNothingPartial, assertSameRelease } from './support/release-state.ts';
import { startKiln } from './support/start-kiln.ts';

const UID = 20_042;
const memoryRoot = `/dev/shm/kiln-${UID}`;

/** The shared cache's base trees and packages as the user's own files: what is another's can not be marked as used. */
async function ownedCache(): Promise<Folders> {
  const baked = await bakedRelease('minimal');
  const folders = emptyCache();
  execFileSync('mkdir', [join(folders.cacheDir, 'entries')]);
  for (const part of ['archives', 'debs', 'entries/base']) {
    execFileSync('cp', ['--archive', join(sharedCache, part), join(folders.cacheDir, part)]);
  }
  const home = dirname(folders.cacheDir);
  // The keys for development are for who made them alone.
  execFileSync('cp', ['--recursive', join(repositoryRoot, '.kiln/keys'), join(home, 'keys')]);
  execFileSync('chown', ['--recursive', `${UID}:${UID}`, home]);
  execFileSync('chmod', ['0755', home]);
  assert.ok(existsSync(baked));
  return folders;
}

function asUser({ cacheDir }: Folders): string[] {
  const script = join(repositoryRoot, 'test/image/support/as-user.sh');
  return ['unshare', '--mount', '--', 'sh', script, String(UID), dirname(cacheDir)];
}

test('without root, with subordinate ids, the same bytes come out', async () => {
  const folders = await ownedCache();
  const options = { before: asUser(folders) };
  const keys = join(dirname(folders.cacheDir), 'keys');
  const signing = ['--signing-key', join(keys, 'signing.key'), '--signing-certificate', join(keys, 'signing.pem')];
  const args = ['bake', 'images/minimal', ...folders.args, ...signing, '--keyring', join(keys, 'authority.pem')];

  const killed = startKiln(args, options);
  await killed.saw('step-start', 'provision');
  await sleep(1500);
  const family = familyOf(killed.pid);
  assert.ok(
    family.some(({ command }) => command.includes('sshd')),
    'the sandbox was not running yet',
  );
  killed.kill('SIGKILL');
  await killed.ended;
  assert.equal(await survivors(family), []);
  await assertNothingPartial(folders);

  const { code, events, stderr } = await startKiln(args, options).ended;
  assert.is(code, 0, `${JSON.stringify(events.at(-1))}${stderr}`);
  assertSameRelease(folders.release, await bakedRelease('minimal'));
  assert.is(statSync(folders.release).uid, UID);
  await assertNothingLeftOver(folders);
  // Files of other users in it, and removed all the same.
  assert.equal(existsSync(memoryRoot) ? readdirSync(memoryRoot) : [], []);
  execFileSync('rm', ['-rf', memoryRoot]);
});

test.run();
