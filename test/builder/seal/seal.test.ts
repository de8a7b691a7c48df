import { chmodSync, lstatSync, lutimesSync, mkdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { inspect } from '../../../src/builder/seal/hygiene.ts';
import { sealRules } from '../../../src/builder/seal/rules.ts';
import { seal } from '../../../src/builder/seal/seal.ts';
import { walk } from '../../../src/builder/seal/walk.ts';
import { EPOCH, listing, plant, sampleTree } from './sample-tree.ts';

const paths = (tree: string): string[] => [...walk(tree)].map(({ path }) => path).sort();
const files = (tree: string): string[] =>
  [...walk(tree)].flatMap(({ path, stat }) => (stat.isDirectory() ? [] : [path])).sort();

/** A path that a rule's pattern is meant for: `etc/ssh/ssh_host_*` -> `etc/ssh/ssh_host_x`. */
const example = (pattern: string): string => pattern.replaceAll('**', 'deep/file').replaceAll('*', 'x');

for (const rule of sealRules) {
  for (const pattern of rule.paths) {
    test(`${rule.id}: ${pattern} is found, and gone after the seal`, () => {
      const tree = sampleTree();
      seal(tree, EPOCH);
      const clean = files(tree);
      plant(tree, example(pattern));
      utimesSync(join(tree, example(pattern)), EPOCH, EPOCH);
      const found = inspect(tree, EPOCH).filter((finding) => finding.rule !== 'time-stamp');
      assert.equal(found, [{ rule: rule.id, path: `/${example(pattern)}`, why: rule.why }]);

      assert.is(seal(tree, EPOCH), 1);
      assert.equal(inspect(tree, EPOCH), []);
      assert.equal(files(tree), clean);
    });
  }
}

test('what must stay stays: a clean tree loses nothing', () => {
  const tree = sampleTree();
  const before = paths(tree);
  assert.is(seal(tree, EPOCH), 0);
  assert.equal(paths(tree), before);
  assert.is(readFileSync(join(tree, 'etc/ssh/sshd_config'), 'utf8'), 'planted\n');
  assert.is(lstatSync(join(tree, 'var/tmp')).mode & 0o7777, 0o1777);
});

test('folders of logs and caches stay, what lies in them goes, links and folders of state too', () => {
  const tree = sampleTree();
  plant(tree, 'var/log/journal/0123/system.journal');
  plant(tree, 'var/lib/cloud/instances/i-1/user-data.txt', 'secret');
  plant(tree, 'home/someone/.ssh/authorized_keys');
  symlinkSync('/outside', join(tree, 'var/log/link'));
  symlinkSync('/nowhere', join(tree, 'tmp/dangling'));
  seal(tree, EPOCH);
  assert.ok(lstatSync(join(tree, 'var/log/journal/0123')).isDirectory());
  for (const path of ['var/log/journal/0123/system.journal', 'var/log/link', 'tmp/dangling', 'home/someone']) {
    assert.is(lstatSync(join(tree, path), { throwIfNoEntry: false }), undefined, path);
  }
  assert.equal(paths(join(tree, 'var/lib/cloud')), []);
});

test('hidden files are no exception', () => {
  const tree = sampleTree();
  const hidden = [
    'var/log/.hidden',
    'var/log/.a/b',
    'tmp/.X11-unix',
    'home/.x',
    'var/lib/cloud/.y',
    'run/.z',
    'dev/.udev',
  ];
  for (const path of hidden) plant(tree, path);
  seal(tree, EPOCH);
  for (const path of hidden) assert.is(lstatSync(join(tree, path), { throwIfNoEntry: false }), undefined, path);
});

test('the seal never follows a link out of the tree', () => {
  const tree = sampleTree();
  const outside = sampleTree();
  plant(outside, 'log/precious');
  rmSync(join(tree, 'var/log'), { recursive: true, force: true });
  symlinkSync(join(outside, 'log'), join(tree, 'var/log'));
  symlinkSync(join(outside, 'log/precious'), join(tree, 'etc/hostid'));
  rmSync(join(tree, 'etc/machine-id'));
  symlinkSync(join(outside, 'log/precious'), join(tree, 'etc/machine-id'));
  const { mtimeMs } = lstatSync(join(outside, 'log/precious'));
  seal(tree, EPOCH);
  assert.is(readFileSync(join(outside, 'log/precious'), 'utf8'), 'planted\n');
  assert.is(lstatSync(join(outside, 'log/precious')).mtimeMs, mtimeMs);
  assert.ok(lstatSync(join(tree, 'etc/machine-id')).isFile());
});

test('the machine id is empty, read-only and always there', () => {
  for (const content of ['0123456789abcdef0123456789abcdef\n', 'uninitialized\n', undefined]) {
    const tree = sampleTree();
    rmSync(join(tree, 'etc/machine-id'));
    if (content !== undefined) plant(tree, 'etc/machine-id', content);
    seal(tree, EPOCH);
    const { size, mode } = lstatSync(join(tree, 'etc/machine-id'));
    assert.equal([size, mode & 0o7777], [0, 0o444]);
  }
  const tree = sampleTree();
  rmSync(join(tree, 'etc/machine-id'));
  mkdirSync(join(tree, 'etc/machine-id/folder'), { recursive: true });
  seal(tree, EPOCH);
  assert.ok(lstatSync(join(tree, 'etc/machine-id')).isFile());
});

test('times later than the epoch become the epoch, earlier ones stay, all of them whole seconds', () => {
  const tree = sampleTree();
  utimesSync(join(tree, 'boot/vmlinuz'), EPOCH + 100, EPOCH + 100);
  utimesSync(join(tree, 'etc/group'), EPOCH - 100.25, EPOCH - 100.25);
  utimesSync(join(tree, 'root/.bashrc'), EPOCH + 0.5, EPOCH + 0.5);
  lutimesSync(join(tree, 'etc/resolv.conf'), EPOCH + 7, EPOCH + 7);
  plant(tree, 'var/log/old');
  utimesSync(join(tree, 'usr'), EPOCH - 9, EPOCH - 9);
  seal(tree, EPOCH);
  const time = (path: string): number => lstatSync(join(tree, path)).mtimeMs / 1000;
  assert.is(time('boot/vmlinuz'), EPOCH);
  assert.is(time('etc/group'), EPOCH - 101);
  assert.is(time('root/.bashrc'), EPOCH);
  assert.is(time('etc/resolv.conf'), EPOCH);
  assert.is(time('usr'), EPOCH - 9);
  assert.is(time('var/log'), EPOCH);
  assert.is(time('.'), EPOCH);
});

test('sealing twice changes nothing more', () => {
  const tree = sampleTree();
  for (const rule of sealRules) plant(tree, example(rule.paths[0] ?? ''));
  assert.is(seal(tree, EPOCH), sealRules.length);
  const once = listing(tree);
  assert.is(seal(tree, EPOCH), 0);
  assert.equal(listing(tree), once);
  assert.equal(inspect(tree, EPOCH), []);
});

test('what only the owner may read or enter is sealed too', () => {
  const tree = sampleTree();
  plant(tree, 'var/log/private/secret', 'x', 0o600);
  chmodSync(join(tree, 'var/log/private'), 0o700);
  seal(tree, EPOCH);
  assert.equal(paths(join(tree, 'var/log')), ['private']);
  assert.is(lstatSync(join(tree, 'var/log/private')).mode & 0o777, 0o700);
});

test.run();
