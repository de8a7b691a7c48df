import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { codeId, type StepName, stepSources } from '../../../src/builder/plan/code-id.ts';
import { importsOf, repositoryRoot, typescriptFiles } from '../../support/source-files.ts';

/** Imported by steps without a say in what they make: types, messages, how a program is started or a file flushed, names of keys. */
const withoutSay = [
  'src/contract/release.ts',
  'src/builder/context.ts',
  'src/builder/durable-file.ts',
  'src/builder/errors.ts',
  'src/builder/names.ts',
  'src/builder/progress.ts',
  'src/builder/recipe/recipe.ts',
  'src/builder/recipe/size.ts',
  'src/builder/render/mistake.ts',
  'src/builder/render/places.ts',
  'src/builder/exec/run.ts',
  'src/builder/exec/quote.ts',
  'src/builder/exec/all-or-none.ts',
  'src/builder/exec/rootless.ts',
  'src/builder/cache/deb-folder.ts',
  'src/builder/tools/ssh-keygen.ts',
  'src/builder/tools/packer.ts',
  'src/builder/tools/packer-failure.ts',
  // Keyring and signer are in the content ids themselves.
  'src/builder/signing/signing.ts',
  // The names it gives are in the content id themselves.
  'src/builder/steps/provisioners.ts',
];
const steps = Object.keys(stepSources) as StepName[];
const builder = new Map(typescriptFiles('src/builder').map((file) => [file.path, file]));

/** Every file that the files of a step import, directly or through another. */
function reached(step: StepName): string[] {
  const isOwn = (path: string): boolean => stepSources[step].some((own) => path === own || path.startsWith(`${own}/`));
  const seen = new Set([...builder.keys()].filter(isOwn));
  for (const path of seen) {
    const file = builder.get(path);
    if (file !== undefined && !withoutSay.includes(path)) for (const to of importsOf(file).local) seen.add(to);
  }
  return [...seen].filter((path) => !isOwn(path));
}

test('every path named is there', () => {
  for (const path of steps.flatMap((step) => stepSources[step]))
    assert.ok(existsSync(join(repositoryRoot, path)), path);
});

for (const step of steps) {
  test(`${step} names every file it imports that has a say in its result`, () => {
    assert.equal(
      reached(step).filter((path) => !withoutSay.includes(path)),
      [],
    );
  });
}

test('each step has an id of its own code, and base and tool tree share theirs', async () => {
  const ids = await Promise.all(steps.map(codeId));
  assert.is(new Set(ids).size, steps.length - 1);
  assert.is(await codeId('base'), await codeId('tool-tree'));
});

test.run();
