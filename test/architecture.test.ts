import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { errorCodes, KilnError } from '../src/builder/errors.ts';
import { requirements } from '../src/builder/host/requirements.ts';
import { importsOf, repositoryRoot, typescriptFiles } from './support/source-files.ts';
import { endsWithRun } from './support/uvu-output.ts';

const B = 'src/builder/';
/** Files that are not in a folder of their own and mean the same everywhere in the builder. */
const WORDS = ['errors', 'names', 'progress', 'context', 'bytes', 'durable-file'].map((name) => `${B}${name}.ts`);
const PURE = ['src/contract/', `${B}errors.ts`, `${B}names.ts`, `${B}recipe/recipe.ts`];

/** For each part, longest name first, what it may import besides itself. `undefined` means anything of the builder. */
const directions: readonly (readonly [string, readonly string[] | undefined])[] = [
  ['src/contract/', []],
  ['src/firmware/platform/', ['src/contract/']],
  ['src/firmware/agent/', ['src/contract/', 'src/firmware/platform/']],
  ['src/firmware/updater/', ['src/contract/', 'src/firmware/platform/']],
  ['src/firmware/configure/', ['src/contract/', 'src/firmware/platform/']],
  ['src/firmware/appliancectl/', ['src/contract/', 'src/firmware/platform/', 'src/firmware/configure/']],
  ['src/firmware/import/', ['src/contract/', 'src/firmware/platform/', 'src/firmware/configure/']],
  ['src/firmware/menu/', ['src/contract/', 'src/firmware/platform/', 'src/firmware/configure/']],
  [`${B}recipe/`, PURE],
  [`${B}formats/`, [...PURE, `${B}progress.ts`]],
  // A target wraps the golden disk, so it is work like a step; only its formats are pure.
  [`${B}targets/`, [...WORDS, 'src/contract/', `${B}formats/`, `${B}recipe/`, `${B}tools/`, `${B}exec/`]],
  [`${B}plan/`, [...PURE, `${B}targets/`, `${B}recipe/`, `${B}formats/`, `${B}render/places.ts`]],
  [`${B}render/`, [...PURE, `${B}targets/`, `${B}recipe/`, `${B}plan/`]],
  [`${B}report/`, [...WORDS, 'src/contract/']],
  [`${B}monitoring/`, WORDS],
  [`${B}exec/`, WORDS],
  [`${B}tools/`, [...WORDS, `${B}exec/`, `${B}formats/disk-image.ts`]],
  [
    `${B}smoke/`,
    [
      ...WORDS,
      'src/contract/',
      ...['exec', 'formats', 'tools', 'report'].map((name) => `${B}${name}/`),
      `${B}host/memory.ts`,
    ],
  ],
  [
    `${B}verify/`,
    [
      ...WORDS,
      'src/contract/',
      ...['exec', 'formats', 'tools', 'report', 'smoke/open'].map((name) => `${B}${name}/`),
      ...['release-folder', 'verify'].map((name) => `${B}smoke/${name}.ts`),
    ],
  ],
  [
    `${B}channel/`,
    [
      ...WORDS,
      'src/contract/',
      `${B}report/`,
      ...['cache/sha256-file', 'smoke/release-folder'].map((name) => `${B}${name}.ts`),
    ],
  ],
  [`${B}signing/`, [...WORDS, `${B}exec/`, `${B}tools/`]],
  [`${B}host/`, [...WORDS, `${B}exec/`, `${B}recipe/size.ts`]],
  [`${B}cache/`, [...WORDS, `${B}host/`]],
  [
    `${B}steps/`,
    [
      ...WORDS,
      'src/contract/',
      ...[
        'tools',
        'formats',
        'targets',
        'plan',
        'render',
        'exec',
        'cache',
        'recipe',
        'seal',
        'sandbox',
        'vm-source',
        'monitoring',
        'signing',
      ].map((name) => `${B}${name}/`),
    ],
  ],
  ['scripts/', [`${B}index.ts`, 'test/support/']],
];

/** @returns why the import is not allowed, or undefined */
function objection(from: string, to: string): string | undefined {
  if (from.startsWith(B) && to.startsWith('src/firmware/')) return 'the builder never imports firmware';
  const rule = directions.find(([part]) => from.startsWith(part));
  if (rule?.[1] === undefined || to.startsWith(rule[0])) return undefined;
  return rule[1].some((allowed) => to.startsWith(allowed)) ? undefined : `${rule[0]} must not import it`;
}

test('imports go in the directions of the design', () => {
  const wrong = typescriptFiles('src', 'scripts').flatMap((file) =>
    importsOf(file).local.flatMap((to) => {
      const why = objection(file.path, to);
      return why === undefined ? [] : [`${file.path} imports ${to}: ${why}`];
    }),
  );
  assert.equal(wrong, []);
});

test('the rule itself finds a wrong import', () => {
  assert.ok(objection('src/builder/formats/ova.ts', 'src/builder/tools/tar.ts'));
  assert.ok(objection('src/contract/release.ts', 'src/builder/names.ts'));
  assert.ok(objection('src/builder/bake.ts', 'src/firmware/agent/main.ts'));
  assert.ok(objection('src/firmware/agent/main.ts', 'src/builder/names.ts'));
  assert.is(objection('src/builder/steps/base.ts', 'src/builder/tools/apt.ts'), undefined);
  const source =
    "import { a } from './a.ts';\nexport { b } from '../b.ts';\nconst c = await import('./c.ts');\nimport x from 'execa';";
  const found = importsOf({ path: 'src/x/y.ts', text: source });
  assert.equal(found.local, ['src/x/a.ts', 'src/b.ts', 'src/x/c.ts']);
  assert.equal(found.packages, ['execa']);
});

test('only exec/ starts programs, in the appliance one file of platform/, and zx stays in scripts/', () => {
  const doors = [`${B}exec/`, 'src/firmware/platform/run-command.ts'];
  const wrong = typescriptFiles('src', 'scripts').flatMap((file) =>
    importsOf(file).packages.filter((name) => {
      if (name === 'zx') return !file.path.startsWith('scripts/');
      return /^(execa|(node:)?child_process)$/.test(name) && !doors.some((door) => file.path.startsWith(door));
    }),
  );
  assert.equal(wrong, []);
});

test('packages that are imported stand in package.json', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  const known = { src: dependencies, scripts: dependencies, test: { ...dependencies, ...devDependencies } };
  for (const [folder, allowed] of Object.entries(known)) {
    for (const file of typescriptFiles(folder)) {
      for (const name of importsOf(file).packages.filter((one) => !one.startsWith('node:'))) {
        const base = name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/');
        assert.ok(base in allowed, `${file.path} imports ${name}`);
      }
    }
  }
});

test('files are small and say what they are for', () => {
  for (const { path, text } of typescriptFiles('src', 'scripts', 'test')) {
    assert.ok(text.split('\n').length <= 301, `${path} is longer than 300 lines`);
    assert.not.match(path, /(^|\/)(utils?|helpers?|misc|common)(\/|\.ts$)/);
  }
});

test('libraries neither end the process nor print', () => {
  for (const { path, text } of typescriptFiles('src')) {
    assert.not.match(text, /\bprocess\.exit\(|(?<![.\w])console\.(log|error|warn|info|debug|table|trace)\(/, path);
    assert.not.match(text, /^export default\b/m, path);
  }
});

test('every test file ends by running', () => {
  for (const { path, text } of typescriptFiles('test')) {
    if (path.endsWith('.test.ts')) assert.ok(endsWithRun(text), path);
  }
});

test('every provisioner says in a line what it does', () => {
  const folders = [
    'provisioners',
    ...readdirSync(join(repositoryRoot, 'images')).map((name) => `images/${name}/provisioners`),
  ];
  for (const folder of folders.map((name) => join(repositoryRoot, name)).filter((path) => existsSync(path))) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (!entry.isDirectory()) continue;
      assert.match(entry.name, /^\d\d-[a-z0-9-]+$/);
      const [first, second, third] = readFileSync(join(folder, entry.name, 'run.sh'), 'utf8').split('\n');
      assert.is(first, '#!/bin/sh', entry.name);
      assert.match(second ?? '', /^# SUMMARY: .+\.$/, entry.name);
      assert.is(third, 'set -eu', entry.name);
    }
  }
});

test('docs/errors.md lists exactly the codes there are', () => {
  const rows = readFileSync(join(repositoryRoot, 'docs/errors.md'), 'utf8').matchAll(
    /^\| `([^`]+)` \| (\d+) \| (.+) \|$/gm,
  );
  const documented = [...rows].map(([, code, exit, meaning]) => [code, Number(exit), meaning]);
  const real = Object.entries(errorCodes).map(([code, { meaning }]) => {
    const error = new KilnError({ code: code as keyof typeof errorCodes, message: '', hint: '' });
    return [code, error.exitCode, meaning];
  });
  assert.equal(documented, real);
});

test('every program the builder starts is one that `kiln check` looks for', () => {
  const known = new Set(requirements.map(({ what }) => what));
  /** Debian's Essential packages, and programs of a tree that Kiln made itself. */
  const given = new Set(['sh', 'rm', 'cp', 'dd', 'true', 'dpkg-query', 'sleep', 'chroot', 'env', 'cat']);
  for (const { path, text } of typescriptFiles('src/builder')) {
    for (const [, program = ''] of text.matchAll(/\brun\(\s*\[\s*'([^']+)'/g)) {
      assert.ok(known.has(program) || given.has(program), `${path} starts ${program}`);
    }
  }
});

test.run();
