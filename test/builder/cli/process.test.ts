import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withImageLock } from '../../../src/builder/host/image-lock.ts';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function kiln(...argv: string[]): { child: ChildProcess; said: { out: string; err: string } } {
  const child = spawn(join(repositoryRoot, 'scripts/kiln.mjs'), argv, { cwd: repositoryRoot });
  const said = { out: '', err: '' };
  child.stdout?.on('data', (chunk) => (said.out += chunk));
  child.stderr?.on('data', (chunk) => (said.err += chunk));
  return { child, said };
}

async function said(child: ChildProcess, text: string): Promise<void> {
  let all = '';
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`ended before it said "${text}": ${all}`)));
    child.stderr?.on('data', (chunk) => {
      all += chunk;
      if (all.includes(text)) resolve();
    });
  });
}

test('the program answers from any folder', async () => {
  const { child, said: output } = kiln('--help');
  const [code] = await once(child, 'close');
  assert.is(code, 0);
  assert.match(output.out, /^Usage: kiln/);
});

test('the exit code of bad input reaches the shell', async () => {
  const { child, said: output } = kiln('bake', '/nowhere/at/all');
  const [code] = await once(child, 'close');
  assert.is(code, 2);
  assert.match(output.err, /^error\[recipe-missing\]: .*\nhint: .*\n$/);
});

test('a reader that leaves early is no failure', async () => {
  const { child, said: output } = kiln('--help');
  child.stdout?.destroy();
  const [code] = await once(child, 'close');
  assert.is(code, 0);
  assert.is(output.err, '');
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  test(`${signal} stops a command that waits, with exit code 130`, async () => {
    const outputRoot = tempFolder();
    const never = new AbortController().signal;
    const lock = { outputRoot, image: 'minimal', command: 'a test', wait: false, note: () => {}, signal: never };
    await withImageLock(lock, async () => {
      const { child, said: output } = kiln('bake', 'images/minimal', '--wait', '--output', outputRoot);
      await said(child, 'Waiting: minimal is being baked by process');
      child.kill(signal);
      const [code] = await once(child, 'close');
      assert.is(code, 130, output.err);
      assert.match(output.err, /error\[interrupted\]/);
    });
    // Nobody is left who holds or waits for the lock.
    await withImageLock(lock, async () => {});
  });
}

test.run();
