import { cpSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import { inToolTree } from '../../../src/builder/exec/tool-tree.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const { run } = createExec(new AbortController().signal);
const options = { purpose: 'test the tool tree', timeoutSeconds: 30 };

/** A tree that holds nothing but a shell. */
async function shellTree(): Promise<string> {
  const tree = join(tempFolder(), 'a tree');
  const { stdout } = await run(['ldd', '/bin/sh'], options);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, path = '']) => path);
  for (const file of ['/bin/sh', ...libraries]) {
    mkdirSync(dirname(join(tree, file)), { recursive: true });
    cpSync(realpathSync(file), join(tree, file));
  }
  mkdirSync(join(tree, 'work'));
  writeFileSync(join(tree, 'marker'), 'tool tree');
  return tree;
}

const tree = await shellTree();

test('the command sees the tree as its root and the work folder as /work', async () => {
  const work = tempFolder();
  writeFileSync(join(work, 'in'), 'from the host');
  const script = 'read -r m </marker; read -r i </work/in; echo "$m, $i, $1" >/work/out';
  await run(inToolTree(tree, work, ['sh', '-c', script, 'sh', "it's $HOME"]), options);
  assert.is(readFileSync(join(work, 'out'), 'utf8'), "tool tree, from the host, it's $HOME\n");
});

test('what else is bound is seen at its place, files as well as folders', async () => {
  const [work, other] = [tempFolder(), tempFolder()];
  for (const name of ['file', 'out']) writeFileSync(join(work, name), '');
  mkdirSync(join(work, 'folder'));
  writeFileSync(join(other, 'a file'), 'bound');
  const script = 'read -r a </work/file; read -r b <"/work/folder/a file"; echo "$a, $b" >/work/out';
  const binds = [[join(other, 'a file'), '/work/file'] as const, [other, '/work/folder'] as const];
  await run(inToolTree(tree, work, ['sh', '-c', script], binds), options);
  assert.is(readFileSync(join(work, 'out'), 'utf8'), 'bound, bound\n');
  const missing = [[join(other, 'none'), '/work/file'] as const];
  await caught('tool-failed', () => run(inToolTree(tree, work, ['sh', '-c', 'exit 0'], missing), options));
});

test('nothing stays mounted on the host, however the command ends', async () => {
  const mounts = (): string => readFileSync('/proc/self/mountinfo', 'utf8');
  const before = mounts();
  await run(inToolTree(tree, tempFolder(), ['sh', '-c', 'exit 0']), options);
  await caught('tool-failed', () => run(inToolTree(tree, tempFolder(), ['sh', '-c', 'exit 3']), options));
  assert.is(mounts(), before);
});

test('how the command ends is how it all ends', async () => {
  const { exitCode } = await run(inToolTree(tree, tempFolder(), ['sh', '-c', 'exit 7']), { ...options, okCodes: [7] });
  assert.is(exitCode, 7);
  await caught('tool-missing', () => run(inToolTree(tree, tempFolder(), ['no-such-tool']), options));
});

test('without the tree or the work folder nothing is run', async () => {
  const command = ['sh', '-c', 'exit 0'];
  await caught('tool-failed', () => run(inToolTree(join(tree, 'none'), tempFolder(), command), options));
  await caught('tool-failed', () => run(inToolTree(tree, join(tree, 'none'), command), options));
});

test.run();
