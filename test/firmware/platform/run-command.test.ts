import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CommandError, runCommand, takeLock } from '../../../src/firmware/platform/run-command.ts';
import { tempFolder } from '../../support/temp-folder.ts';

async function failure(...args: Parameters<typeof runCommand>): Promise<CommandError> {
  try {
    await runCommand(...args);
  } catch (error) {
    assert.instance(error, CommandError);
    return error as CommandError;
  }
  throw new Error('it did not fail');
}

test('what a program prints is given back, and it reads what it is given', async () => {
  assert.is(await runCommand('cat', [], 10, 'a secret'), 'a secret');
});

test('a program that fails is told with what it complained of; one that is not there, too', async () => {
  const { message, stderr, exitCode } = await failure('sh', ['-c', 'echo why >&2; exit 3'], 10);
  assert.equal([message, stderr, exitCode], ['sh ended with 3', 'why\n', 3]);
  assert.match((await failure('no-such-program', [], 10)).message, 'no-such-program can not be started');
});

test('one that takes too long is ended with all it started', async () => {
  const pid = join(tempFolder(), 'pid');
  const { message, exitCode } = await failure('sh', ['-c', `sleep 300 & echo $! >${pid}; wait`], 1);
  assert.equal([message, exitCode], ['sh did not end within 1 s', null]);
  while (existsSync(`/proc/${readFileSync(pid, 'utf8').trim()}/cmdline`)) {
    // A zombie has no command line.
    if (readFileSync(`/proc/${readFileSync(pid, 'utf8').trim()}/cmdline`, 'utf8') === '') break;
    await sleep(20);
  }
});

test('what is not asked of a terminal does not get its Ctrl-C', async () => {
  const group = Number((await runCommand('sh', ['-c', 'cut -d " " -f 5 /proc/$$/stat'], 10)).trim());
  const own = Number(readFileSync('/proc/self/stat', 'utf8').split(' ')[4]);
  assert.is.not(group, own);
});

test('a lock is held until it is given back, and the next one waits for it', async () => {
  const path = join(tempFolder(), 'lock');
  const release = await takeLock(path);
  let second = false;
  const next = takeLock(path).then((one) => {
    second = true;
    return one;
  });
  await sleep(200);
  assert.is(second, false);
  await release?.();
  await (await next)?.();
});

test.run();
