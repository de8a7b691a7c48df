import { existsSync } from 'node:fs';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withoutServices } from '../../../src/builder/sandbox/service-guard.ts';
import { tempFolder } from '../../support/temp-folder.ts';

async function tree(): Promise<{ treeDir: string; policy: string }> {
  const treeDir = tempFolder();
  await mkdir(join(treeDir, 'usr/sbin'), { recursive: true });
  return { treeDir, policy: join(treeDir, 'usr/sbin/policy-rc.d') };
}

test('the policy forbids services while work goes on, and is gone afterwards', async () => {
  const { treeDir, policy } = await tree();
  const result = await withoutServices(treeDir, async () => {
    assert.match(await readFile(policy, 'utf8'), /^exit 101$/m);
    assert.is((await stat(policy)).mode & 0o111, 0o111);
    return 'done';
  });
  assert.is(result, 'done');
  assert.not(existsSync(policy));
});

test('it is gone after a failure too', async () => {
  const { treeDir, policy } = await tree();
  let failure: unknown;
  await withoutServices(treeDir, () => Promise.reject(new Error('failed'))).catch((error: unknown) => {
    failure = error;
  });
  assert.is(String(failure), 'Error: failed');
  assert.not(existsSync(policy));
});

test('a policy of the tree or of a provisioner stays', async () => {
  const before = await tree();
  await writeFile(before.policy, 'own');
  await withoutServices(before.treeDir, async () => undefined);
  assert.is(await readFile(before.policy, 'utf8'), 'own');
  const during = await tree();
  await withoutServices(during.treeDir, () => writeFile(during.policy, 'own'));
  assert.is(await readFile(during.policy, 'utf8'), 'own');
});

test.run();
