import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { sealTree } from '../../../src/builder/steps/seal.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { EPOCH, plant, sampleTree } from '../seal/sample-tree.ts';
import { sampleContext } from './sample-context.ts';

const { ctx } = sampleContext(new AbortController().signal);
const logFile = join(tempFolder(), 'seal.log');

test('what a rule knows is taken out and the tree is clean', async () => {
  const treeDir = sampleTree();
  plant(treeDir, 'root/.bash_history', 'secret');
  await sealTree(ctx, { treeDir, epoch: EPOCH, logFile });
  assert.not.ok(existsSync(join(treeDir, 'root/.bash_history')));
  assert.match(readFileSync(logFile, 'utf8'), /"removed":1,"findings":\[\]/);
});

test('what must not ship and no rule takes out fails the bake, with path, reason and rule', async () => {
  const treeDir = sampleTree();
  plant(treeDir, 'etc/app/tls.key', '-----BEGIN PRIVATE KEY-----\n');
  plant(treeDir, 'opt/open', '', 0o666);
  const { message } = await caught('seal-dirty', () => sealTree(ctx, { treeDir, epoch: EPOCH, logFile }));
  assert.is(
    message,
    [
      'the sealed tree holds what must not ship',
      '  /etc/app/tls.key: holds a private key [private-key]',
      '  /opt/open: anyone may write to it [world-writable]',
    ].join('\n'),
  );
});

test('a long list of findings is cut and counted', async () => {
  const treeDir = sampleTree();
  for (let index = 0; index < 45; index += 1) plant(treeDir, `opt/open-${index}`, '', 0o666);
  const { message } = await caught('seal-dirty', () => sealTree(ctx, { treeDir, epoch: EPOCH, logFile }));
  assert.is(message.split('\n').length, 42);
  assert.match(message, /\n {2}and 5 more$/);
});

test('a tree that cannot be sealed is a told failure', async () => {
  const treeDir = join(tempFolder(), 'file');
  writeFileSync(treeDir, '');
  const { message } = await caught('tool-failed', () => sealTree(ctx, { treeDir, epoch: EPOCH, logFile }));
  assert.match(message, /^could not seal the root tree: /);
});

test.run();
