import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KilnError } from '../../../src/builder/errors.ts';
import { makeSlot } from '../../../src/builder/steps/slot.ts';
import { caught } from '../../support/caught.ts';
import { type Call, fakeExec, toolFailure } from '../../support/fake-exec.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { sampleContext } from './sample-context.ts';

const GIB = 1024 ** 3;

/** Makes a slot with programs that do nothing but `mkfs`; gives what they were asked. */
async function makeWith(mkfs: () => string, change: { version?: string } = {}) {
  const output = join(tempFolder(), 'slot.ext4');
  const { exec, calls } = fakeExec(({ argv }) => {
    const tar = argv[argv.indexOf('-cf') + 1] ?? '';
    if (argv.includes('-cf')) writeFileSync(tar, 'x'.repeat(3 * 1024 * 1024));
    return argv.includes('mkfs.ext4') ? mkfs() : '';
  });
  const { ctx } = sampleContext(new AbortController().signal);
  const input = {
    image: 'sample',
    version: '1.0.0',
    epoch: 1_767_225_600,
    treeDir: '/tree',
    toolTree: '/tools',
    ...change,
  };
  const done = makeSlot({ ...ctx, exec }, { ...input, slotBytes: GIB, output, logFile: '/log' });
  return { done, output, calls };
}

const mkfsOf = (calls: readonly Call[]): Call => {
  const call = calls.find(({ argv }) => argv.includes('mkfs.ext4'));
  assert.ok(call);
  return call;
};

test('the image has exactly the size of the slot, and the tar beside it is gone', async () => {
  const { done, output } = await makeWith(() => '');
  await done;
  assert.is(statSync(output).size, GIB);
  assert.not.ok(existsSync(`${output}.tar`));
});

test('the file system takes its time, id and hash seed from the inputs', async () => {
  const ids = async (version: string): Promise<string[]> => {
    const { done, calls } = await makeWith(() => '', { version });
    await done;
    const { argv, options } = mkfsOf(calls);
    assert.is(options.env?.SOURCE_DATE_EPOCH, '1767225600');
    const uuid = argv[argv.indexOf('-U') + 1] ?? '';
    assert.ok(argv.includes(`hash_seed=${uuid}`));
    return [uuid];
  };
  assert.equal(await ids('1.0.0'), await ids('1.0.0'));
  assert.not.equal(await ids('1.0.0'), await ids('1.0.1'));
});

test('the tree is collected in an order of its own and without times of access', async () => {
  const { done, calls } = await makeWith(() => '');
  await done;
  const [tar] = calls;
  for (const option of ['--sort=name', '--numeric-owner', '--xattrs-include=*', '--directory=/tree']) {
    assert.ok(tar?.argv.includes(option), option);
  }
  assert.match(tar?.argv.join(' ') ?? '', /delete=atime,delete=ctime/);
});

test('a tree that does not fit is told with both sizes', async () => {
  const text = 'mkfs.ext4: Could not allocate block in ext2 filesystem while populating file system';
  const { done, output } = await makeWith(() => {
    throw toolFailure(text);
  });
  const { message, hint } = await caught('slot-too-small', () => done);
  assert.is(message, 'the root tree (3 MiB) does not fit into a slot of 1 GiB');
  assert.match(hint, /disk\.slot/);
  assert.not.ok(existsSync(`${output}.tar`));
});

test('a full disk of the host is not blamed on the slot, nor is any other failure', async () => {
  for (const code of ['disk-full', 'interrupted', 'tool-missing', 'tool-timeout'] as const) {
    const { done } = await makeWith(() => {
      throw new KilnError({ code, message: 'Could not allocate block: no space left', hint: 'x' });
    });
    await caught(code, () => done);
  }
  const { done } = await makeWith(() => {
    throw toolFailure('mkfs.ext4: Invalid argument');
  });
  await caught('tool-failed', () => done);
});

test.run();
