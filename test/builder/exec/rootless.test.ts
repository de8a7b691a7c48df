import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { asTreeOwner } from '../../../src/builder/exec/rootless.ts';
import { inToolTree, toolTreeEnvironment } from '../../../src/builder/exec/tool-tree.ts';

/** What `work` gives when this process has the user id. */
function withUid<T>(uid: number, work: () => T): T {
  const real = process.getuid;
  process.getuid = () => uid;
  try {
    return work();
  } finally {
    if (real !== undefined) process.getuid = real;
  }
}

test('root owns the tree already', () => {
  assert.equal(
    withUid(0, () => asTreeOwner(['tar', '-x'])),
    ['tar', '-x'],
  );
});

test('anybody else becomes root of a user namespace, with subordinate ids for the rest', () => {
  const argv = withUid(1000, () => asTreeOwner(['tar', '-x']));
  assert.equal(argv, ['unshare', '--user', '--map-auto', '--map-root-user', '--', 'tar', '-x']);
});

test('the command given is not changed', () => {
  const argv: [string, ...string[]] = ['tar'];
  withUid(0, () => asTreeOwner(argv)).push('more');
  assert.equal(argv, ['tar']);
});

test('a command in the tool tree is an argument list to the end: nothing of it is read by a shell', () => {
  const command = ['mkfs.ext4', '-L', 'a b', '$(id)', "';exit"];
  const argv = withUid(1000, () => inToolTree('/tool tree', '/work dir', command));
  assert.equal(argv.slice(-4 - command.length), ['/tool tree', '/work dir', '/work', '--', ...command]);
  assert.is(argv[0], 'unshare');
});

test('tools get the epoch, and nothing of the host', () => {
  assert.equal(toolTreeEnvironment(1_767_225_600), {
    SOURCE_DATE_EPOCH: '1767225600',
    LC_ALL: 'C.UTF-8',
    MTOOLS_SKIP_CHECK: '1',
  });
});

test.run();
