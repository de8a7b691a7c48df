import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { interrupted } from '../../../src/builder/errors.ts';
import { type ImageLockOptions, withImageLock } from '../../../src/builder/host/image-lock.ts';
import { caught } from '../../support/caught.ts';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function options(more: Partial<ImageLockOptions> = {}): ImageLockOptions {
  const signal = new AbortController().signal;
  return { outputRoot: tempFolder(), image: 'web', command: 'kiln bake', wait: false, note: () => {}, signal, ...more };
}

/** Starts a process that holds the lock until it is killed. */
async function holder(outputRoot: string): Promise<ChildProcess> {
  const script = join(repositoryRoot, 'test/support/hold-image-lock.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, outputRoot, 'web'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout ?? child, 'data');
  return child;
}

test('the answer of the work comes through, and the lock is free again afterwards', async () => {
  const lock = options();
  assert.is(await withImageLock(lock, async () => 'done'), 'done');
  await withImageLock(lock, () => Promise.reject(new Error('no'))).then(assert.unreachable, (error: Error) =>
    assert.is(error.message, 'no'),
  );
  assert.is(await withImageLock(lock, async () => 'again'), 'again');
});

test('a second run is told who holds the lock; other images and folders are free', async () => {
  const lock = options();
  await withImageLock(lock, async () => {
    const error = await caught('locked', () => withImageLock(lock, async () => assert.unreachable()));
    assert.is(error.exitCode, 1);
    assert.match(
      error.message,
      new RegExp(`^web is being baked by process ${process.pid} since 20.*Z \\(kiln bake\\)$`),
    );
    await withImageLock({ ...lock, image: 'db' }, async () => {});
    await withImageLock(options(), async () => {});
  });
});

test('a second run that waits gets the lock after the first', async () => {
  const lock = options();
  const order: string[] = [];
  let waiting: Promise<void> | undefined;
  await withImageLock(lock, async () => {
    await new Promise<void>((resolve) => {
      const note = (line: string): void => {
        assert.match(line, /^Waiting: web is being baked by process/);
        resolve();
      };
      waiting = withImageLock({ ...lock, wait: true, note }, async () => void order.push('second'));
    });
    order.push('first');
  });
  await waiting;
  assert.equal(order, ['first', 'second']);
});

test('waiting ends with the signal, and the lock is not taken later', async () => {
  const lock = options();
  const stop = new AbortController();
  await withImageLock(lock, async () => {
    const note = (): void => stop.abort(interrupted());
    await caught('interrupted', () =>
      withImageLock({ ...lock, wait: true, note, signal: stop.signal }, async () => assert.unreachable()),
    );
  });
  await withImageLock(lock, async () => {});
});

test('an abort of the work keeps the lock until the work has cleaned up', async () => {
  const stop = new AbortController();
  const lock = options({ signal: stop.signal });
  await withImageLock(lock, async () => {
    stop.abort(interrupted());
    await caught('locked', () => withImageLock({ ...lock, signal: new AbortController().signal }, async () => {}));
  });
});

test('a holder that was killed blocks nobody', async () => {
  const lock = options();
  const child = await holder(lock.outputRoot);
  const error = await caught('locked', () => withImageLock(lock, async () => {}));
  assert.match(error.message, new RegExp(`process ${child.pid} .*kiln bake other`));
  child.kill('SIGKILL');
  await once(child, 'exit');
  // The kernel frees the lock as it ends the child's child; waiting covers the moment in between.
  assert.is(await withImageLock({ ...lock, wait: true }, async () => 'free'), 'free');
  assert.ok(existsSync(join(lock.outputRoot, 'web/.lock')));
});

test.run();
