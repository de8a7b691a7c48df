import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import type { Recipe } from '../../../src/builder/recipe/recipe.ts';
import { provisionerEnvironment } from '../../../src/builder/render/environment.ts';
import { packerSources } from '../../../src/builder/render/sources.ts';
import { listProvisioners } from '../../../src/builder/steps/provisioners.ts';
import { renderBuild } from '../../../src/builder/steps/render.ts';
import { makeKeyPair } from '../../../src/builder/tools/ssh-keygen.ts';
import { caught } from '../../support/caught.ts';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { sampleRecipe } from '../targets/sample-recipe.ts';
import { hostileRecipe, hostileWords } from './hostile-recipe.ts';

const exec = createExec(new AbortController().signal);
const epoch = 1_767_225_600;
const key = join(tempFolder(), 'key');
await makeKeyPair(exec, key, 'test');

async function render(recipe: Recipe): Promise<string> {
  const folder = join(tempFolder(), 'packer');
  await renderBuild({ recipe, epoch, provisioners: await listProvisioners(recipe), keyring: '' }, folder);
  return folder;
}

function packer(folder: string, ...argv: string[]): Promise<{ stdout: string }> {
  const env = { CHECKPOINT_DISABLE: '1', PACKER_CONFIG_DIR: folder, TMPDIR: tempFolder() };
  return exec.run(['packer', ...argv, folder], { purpose: 'ask packer', timeoutSeconds: 120, env });
}

// What a person has to name: files that must be there for Packer to look at.
const named = ['-var', `ssh_private_key_file=${key}`, '-var', `hyperv_template=${tempFolder()}`];
const validate = (folder: string, builder: string) => packer(folder, 'validate', `-only=${builder}`, ...named);

for (const { name, builder } of packerSources) {
  test(`packer validate passes on ${name}, whatever words the recipe holds`, async () => {
    await validate(await render(sampleRecipe), builder);
    await validate(await render(hostileRecipe(hostileWords.join(' '))), builder);
  });
}

test('packer validate finds a mistake, so that its passing means something', async () => {
  const folder = await render(sampleRecipe);
  await writeFile(join(folder, 'more.pkr.hcl'), 'source "null" "sandbox" {}\n');
  await caught('tool-failed', () => validate(folder, 'null.sandbox'));
});

test('the rendered files are formatted as packer fmt would', async () => {
  await packer(await render(sampleRecipe), 'fmt', '-check', '-diff');
});

test('the shell scripts around the build pass shellcheck', async () => {
  const folder = await render(sampleRecipe);
  const scripts = ['vm/export-tree.sh', 'native/prepare.sh', 'native/finish.sh'].map((name) =>
    join(folder, 'provisioners', name),
  );
  await exec.run(['shellcheck', ...scripts, join(repositoryRoot, 'src/builder/sandbox/enter.sh')], {
    purpose: 'check the scripts',
    timeoutSeconds: 120,
  });
});

test('a shell that reads the environment gets every word as the recipe has it', async () => {
  for (const word of hostileWords) {
    const recipe = hostileRecipe(word);
    const file = join(await render(recipe), 'provisioners', 'environment');
    const names = Object.keys(provisionerEnvironment(recipe, epoch));
    const script = `. "$1"; shift; for name; do eval "printf '%s\\n' \\"\\$$name\\""; done`;
    const { stdout } = await exec.run(['sh', '-euc', script, 'sh', file, ...names], {
      purpose: 'read',
      timeoutSeconds: 20,
    });
    const expected = Object.values(provisionerEnvironment(recipe, epoch)).map((value) =>
      value.replace(/\s+/g, ' ').trim(),
    );
    assert.equal(stdout.split('\n').slice(0, -1), expected);
  }
});

test('kept files of a provisioner arrive byte for byte', async () => {
  const from = join(tempFolder(), '10-x');
  await mkdir(from);
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
  await writeFile(join(from, 'data'), bytes);
  const folder = join(tempFolder(), 'packer');
  await renderBuild(
    { recipe: sampleRecipe, epoch, provisioners: [{ name: '10-x', folder: from }], keyring: '' },
    folder,
  );
  await exec.run(['cmp', join(from, 'data'), join(folder, 'provisioners/10-x/data')], {
    purpose: 'compare',
    timeoutSeconds: 20,
  });
});

test.run();
