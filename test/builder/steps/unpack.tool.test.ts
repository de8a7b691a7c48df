import { lstatSync, mkdirSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import { unpackTree } from '../../../src/builder/steps/unpack.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { sampleContext } from './sample-context.ts';

const signal = new AbortController().signal;
const { ctx } = sampleContext(signal);

async function archive(...options: string[]): Promise<string> {
  const tree = join(tempFolder(), 'tree');
  mkdirSync(join(tree, 'dev'), { recursive: true });
  mkdirSync(join(tree, 'tmp'));
  writeFileSync(join(tree, 'dev/null'), 'not a device');
  writeFileSync(join(tree, 'su'), 'x');
  symlinkSync('/etc', join(tree, 'link'));
  utimesSync(join(tree, 'su'), 1_000, 1_000);
  const file = join(tempFolder(), 'tree.tar');
  const modes = ['--mode=u=rwx,g=rx,o=rx'];
  await createExec(signal).run(['tar', '-cf', file, ...modes, ...options, `--directory=${tree}`, '.'], {
    purpose: 'make a tar',
    timeoutSeconds: 60,
  });
  return file;
}

test('modes, times and links are those of the archive, whatever the umask', async () => {
  const before = process.umask(0o077);
  try {
    const folder = join(tempFolder(), 'new/tree');
    await unpackTree(ctx, await archive(), folder);
    assert.is(lstatSync(join(folder, 'su')).mode & 0o7777, 0o755);
    assert.is(lstatSync(join(folder, 'su')).mtimeMs, 1_000_000);
    assert.is(lstatSync(join(folder, 'tmp')).mode & 0o7777, 0o755);
    assert.is(readlinkSync(join(folder, 'link')), '/etc');
  } finally {
    process.umask(before);
  }
});

test('devices are left to the kernel', async () => {
  const folder = join(tempFolder(), 'tree');
  await unpackTree(ctx, await archive(), folder);
  assert.ok(lstatSync(join(folder, 'dev')).isDirectory());
  assert.is(lstatSync(join(folder, 'dev/null'), { throwIfNoEntry: false }), undefined);
});

test('owners are numbers of the archive, not names of the host', async () => {
  const folder = join(tempFolder(), 'tree');
  await unpackTree(ctx, await archive('--owner=daemon:4242', '--group=daemon:4343'), folder);
  const { uid, gid } = lstatSync(join(folder, 'su'));
  // Without privilege they are the caller's subordinate ids instead.
  if (process.getuid?.() === 0) assert.equal([uid, gid], [4242, 4343]);
  else assert.is.not(uid, process.getuid?.());
});

test('a damaged archive is a told failure that names it', async () => {
  const file = join(tempFolder(), 'damaged.tar');
  writeFileSync(file, 'x'.repeat(2048));
  const { message } = await caught('tool-failed', () => unpackTree(ctx, file, join(tempFolder(), 'tree')));
  assert.ok(message.startsWith(`could not unpack ${file}: `));
});

test.run();
