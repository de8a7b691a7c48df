import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { loadRecipe } from '../../src/builder/recipe/load.ts';
import { repositoryRoot } from '../support/source-files.ts';
import { bakedRelease, sharedCache } from './support/release.ts';
import { runKiln } from './support/run-kiln.ts';

const BOOT_MS = 600_000;

const release = await bakedRelease('minimal');
const recipe = await loadRecipe('images/minimal');
const artifact = join(release, `${recipe.name}-${recipe.version}-kvm.qcow2`);
const digest = (): string => createHash('sha256').update(readFileSync(artifact)).digest('hex');

test('kiln run shows the console, prints a command that logs in, and leaves the artifact alone', async () => {
  const before = digest();
  const child = spawn(process.execPath, ['scripts/kiln.mjs', 'run', artifact, '--cache-dir', sharedCache], {
    cwd: repositoryRoot,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const limit = setTimeout(() => child.kill('SIGKILL'), BOOT_MS);
  try {
    let out = '';
    const healthy = new Promise<void>((resolve) => {
      child.stdout.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        if (/kiln: state=\S+ .* now=/.test(out)) resolve();
      });
    });
    await Promise.race([healthy, ended]);
    assert.match(out, 'kiln: state=running', out);
    assert.match(out, /^Profile kvm: BIOS, virtio-blk/m);
    const [, command = ''] = /^Log in: (.+)$/m.exec(out) ?? [];
    const { stdout, stderr } = spawnSync('sh', ['-c', `${command} hostname`], { encoding: 'utf8' });
    assert.is(stdout.trim(), 'run-kvm', stderr);
    spawnSync('sh', ['-c', `${command} sudo systemctl poweroff`]);
    assert.is(await ended, 0);
  } finally {
    clearTimeout(limit);
    child.kill('SIGKILL');
  }
  assert.is(digest(), before);
});

test('a profile of another artifact, and a file that is no artifact, are mistakes', async () => {
  const profile = await runKiln(['run', artifact, '--profile', 'aws', '--cache-dir', sharedCache]);
  assert.is(profile.code, 2);
  assert.match(profile.stderr, 'has no profile aws; it has: kvm, kvm-bare');
  const other = await runKiln(['run', join(release, 'release.json'), '--cache-dir', sharedCache]);
  assert.is(other.code, 2);
  assert.match(other.stderr, 'is no artifact of the release beside it');
});

test.run();
