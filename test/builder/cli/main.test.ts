import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { main } from '../../../src/builder/cli/main.ts';
import type { BakeOptions, SmokeOptions, Work } from '../../../src/builder/cli/work.ts';
import { interrupted, KilnError } from '../../../src/builder/errors.ts';
import type { Release } from '../../../src/contract/release.ts';
import { captureStreams } from '../../support/capture-streams.ts';
import { commandPaths } from '../../support/command-paths.ts';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';

interface Outcome {
  code: number;
  out: string;
  err: string;
}

const release: Omit<Release, 'artifacts'> = {
  schemaVersion: 1,
  image: 'minimal',
  version: '0.1.0',
  created: '',
  disk: { sizeBytes: 0, digest: '' },
  monitoring: [],
  bundle: null,
  recipe: { sha256: '' },
  steps: {},
  tools: {},
  network: { ports: [] },
};

function work(parts: Partial<Work>): Work {
  const unexpected = async (): Promise<never> => assert.unreachable('not this command') as never;
  return {
    bake: unexpected,
    render: unexpected,
    smoke: unexpected,
    run: unexpected,
    verify: unexpected,
    sign: unexpected,
    ...parts,
  };
}

async function kiln(
  argv: readonly string[],
  parts: Partial<Work> = {},
  signal = new AbortController().signal,
): Promise<Outcome> {
  const { streams, out, err } = captureStreams();
  const folders = ['--cache-dir', join(tempFolder(), 'cache')];
  const code = await main([...argv, ...folders], {
    streams,
    env: { PATH: process.env.PATH },
    signal,
    work: work(parts),
  });
  return { code, out: out(), err: err() };
}

const minimal = join(repositoryRoot, 'images/minimal');

test('--help of the program and of every command exits 0 and shows examples', async () => {
  for (const command of commandPaths()) {
    const { code, out, err } = await kiln([...command, '--help']);
    assert.is(code, 0, command.join(' '));
    // A command that only holds others shows their names.
    assert.match(out, /Examples:\n {2}(kiln|sh) |Commands:\n {2}\w/, command.join(' '));
    assert.is(err, '');
  }
});

const mistakes: readonly (readonly [string, readonly string[], RegExp, RegExp])[] = [
  ['an unknown command', ['bakee'], /unknown command 'bakee'/, /Did you mean bake\? Run `kiln --help`/],
  [
    'an unknown option',
    ['bake', '--onyl', 'kvm'],
    /unknown option '--onyl'/,
    /Did you mean --only\? Run `kiln bake --help`/,
  ],
  ['a missing value', ['bake', '--mirror'], /mirror/, /kiln bake --help/],
  ['an unknown source', ['bake', '--source', 'cloud'], /'cloud' is invalid.*sandbox, vm/, /kiln bake --help/],
  ['an unknown artifact', ['bake', '--only', 'kvm,vmwre'], /did you mean vmware\?/, /kiln bake --help/],
  ['a mirror that is none', ['bake', '--mirror', 'deb.debian.org'], /https:\/\/deb\.debian\.org/, /kiln bake --help/],
  ['no jobs', ['smoke', '--jobs', '0'], /1 to 64/, /kiln smoke --help/],
  ['an argument too many', ['bake', 'a', 'b'], /too many arguments/, /kiln bake --help/],
  ['a size that is none', ['cache', 'prune', '--max-size', '10'], /a size like 10G/, /kiln cache --help/],
  ['no days', ['cache', 'prune', '--older-than', '-3'], /14d/, /kiln cache --help/],
];
for (const [what, argv, message, hint] of mistakes) {
  test(`exit 2 and one clear message: ${what}`, async () => {
    const { code, out, err } = await kiln(argv);
    assert.is(code, 2);
    assert.is(out, '');
    const lines = err.trimEnd().split('\n');
    assert.match(lines.at(-2) ?? '', /^error\[usage\]: /);
    assert.match(lines.at(-2) ?? '', message);
    assert.match(lines.at(-1) ?? '', hint);
  });
}

test('no command prints the help and exits 2', async () => {
  const { streams, err } = captureStreams();
  assert.is(await main([], { streams, env: {}, signal: new AbortController().signal, work: work({}) }), 2);
  assert.match(err(), /Usage: kiln/);
  assert.match(err(), /error\[usage\]: no command was given/);
});

test('mistakes on the command line come as JSON when JSON was asked for', async () => {
  const { code, out, err } = await kiln(['bake', '--json', '--nope']);
  assert.equal([code, err], [2, '']);
  assert.is(JSON.parse(out).code, 'usage');
});

test('bake hands over recipe and options, tells the artifacts, and boots them when asked', async () => {
  const outputRoot = tempFolder();
  let baked: BakeOptions | undefined;
  let smoked: SmokeOptions | undefined;
  const { code, out } = await kiln(
    ['bake', minimal, '--only', 'kvm', '--only', 'aws', '--source', 'vm', '--smoke', '--output', outputRoot],
    {
      bake: async (_, options) => {
        baked = options;
        const artifacts = [
          {
            kind: 'kvm',
            file: 'minimal-0.1.0-kvm.qcow2',
            sizeBytes: 3 * 2 ** 20,
            sha256: 'ab'.repeat(32),
            virtualSizeBytes: 0,
          },
        ];
        return { folder: '/out/minimal', unchanged: false, release: { ...release, artifacts } };
      },
      smoke: async (_, options) => {
        smoked = options;
        return { text: 'all booted', report: {} };
      },
    },
  );
  assert.is(code, 0);
  assert.is(baked?.recipe.name, 'minimal');
  assert.equal([baked?.source, baked?.only, baked?.outputRoot], ['vm', ['aws', 'kvm'], outputRoot]);
  assert.equal(smoked, { folder: '/out/minimal', only: ['aws', 'kvm'] });
  assert.match(out, /minimal-0\.1\.0-kvm\.qcow2 +3 MiB +abababababababab/);
  assert.match(out, /Baked into \/out\/minimal\n.*all booted\n$/s);
});

test('bad input exits 2, a told failure 1, a bug 70 with its stack', async () => {
  assert.is((await kiln(['bake', '/nowhere'])).code, 2);
  const failing = (error: Error): Partial<Work> => ({ render: () => Promise.reject(error) });
  const told = await kiln(
    ['render', minimal],
    failing(new KilnError({ code: 'locked', message: 'taken', hint: 'Wait.' })),
  );
  assert.equal(told, { code: 1, out: '', err: 'error[locked]: taken\nhint: Wait.\n' });
  const bug = await kiln(['render', minimal], failing(new TypeError('x is undefined', { cause: new Error('deep') })));
  assert.is(bug.code, 70);
  assert.match(
    bug.err,
    /^error\[bug\]: x is undefined\nTypeError: x is undefined\n {4}at .*caused by Error: deep.*report it with this output\.\n$/s,
  );
});

test('a full disk and a closed folder are told failures wherever they come up', async () => {
  const systemError = (code: string): Error => Object.assign(new Error(code), { code, path: '/srv/x' });
  for (const [code, told] of [
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EACCES', 'permission-denied'],
    ['EROFS', 'permission-denied'],
  ]) {
    const error = new Error('could not write the disk', { cause: systemError(code ?? '') });
    const outcome = await kiln(['render', minimal], { render: () => Promise.reject(error) });
    assert.is(outcome.code, 1);
    assert.match(outcome.err, new RegExp(`^error\\[${told}\\]: .*: /srv/x\nhint: `));
  }
});

test('an interrupted command exits 130, whatever it failed with', async () => {
  const stop = new AbortController();
  const { code, err } = await kiln(
    ['render', minimal],
    {
      render: async () => {
        stop.abort(interrupted());
        throw new Error('a stream was closed');
      },
    },
    stop.signal,
  );
  assert.is(code, 130);
  assert.match(err, /^error\[interrupted\]/);
});

test('smoke takes the release that was finished last, and says when there is none', async () => {
  const outputRoot = tempFolder();
  const none = await kiln(['smoke', '--output', outputRoot]);
  assert.is(none.code, 2);
  assert.match(none.err, /^error\[release-missing\]/);
  for (const [version, time] of [
    ['1.0.0', 1e9],
    ['1.1.0', 2e9],
    ['1.2.0', 0],
  ] as const) {
    mkdirSync(join(outputRoot, 'web', version), { recursive: true });
    if (time === 0) continue;
    writeFileSync(join(outputRoot, 'web', version, 'release.json'), '{}');
    utimesSync(join(outputRoot, 'web', version, 'release.json'), time, time);
  }
  let folder = '';
  const smoke = async (_: unknown, options: SmokeOptions): Promise<{ text: string; report: object }> => {
    folder = options.folder;
    return { text: 'ok', report: { failed: 0 } };
  };
  const { code, out } = await kiln(['smoke', '--output', outputRoot, '--json', '--jobs', '2'], { smoke });
  assert.is(code, 0);
  assert.is(folder, join(outputRoot, 'web/1.1.0'));
  const last = JSON.parse(out.trimEnd().split('\n').at(-1) ?? '');
  assert.equal([last.event, last.failed], ['result', 0]);
});

test('cache list and prune tell sizes, for people and for machines', async () => {
  const cacheDir = tempFolder();
  mkdirSync(join(cacheDir, 'debs/trixie-minbase'), { recursive: true });
  writeFileSync(join(cacheDir, 'debs/trixie-minbase/a.deb'), Buffer.alloc(2048));
  const run = async (...argv: string[]): Promise<string> => {
    const { streams, out } = captureStreams();
    const host = { streams, env: {}, signal: new AbortController().signal, work: work({}) };
    assert.is(await main([...argv, '--cache-dir', cacheDir], host), 0);
    return out();
  };
  assert.match(await run('cache', 'list'), /debs +trixie-minba\S* +2 KiB .*\n1 entry, 2 KiB in /);
  assert.is(JSON.parse(await run('cache', 'list', '--json')).totalBytes, 2048);
  assert.is(await run('cache', 'prune'), 'Removed 0 entries, 0 bytes\n');
  assert.is(await run('cache', 'prune', '--all'), 'Removed 1 entry, 2 KiB\n');
});

test.run();
