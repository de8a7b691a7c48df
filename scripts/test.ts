// Runs checks and tests: `all` (default), `unit`, `tool` or `image`. The last line is "N passed, N failed".
import { cpus } from 'node:os';
import { $, argv, echo, fs, glob } from 'zx';
import { countTests, endsWithRun } from '../test/support/uvu-output.ts';

/** What runs: a name for people, and the command. `files` are counted test by test, checks as one. */
interface Job {
  name: string;
  command: readonly string[];
  minutes: number;
  isTestFile: boolean;
}

/** Checks that need no build: formatting and lint, types, shell scripts, the recipes of this repository. */
async function checks(): Promise<Job[]> {
  const scripts = await shellScripts();
  const check = (name: string, command: readonly string[]): Job => ({ name, command, minutes: 5, isTestFile: false });
  return [
    check('lint and format', ['node_modules/.bin/biome', 'ci', '.']),
    check('types', ['node_modules/.bin/tsc', '-p', '.']),
    check('shellcheck', ['shellcheck', '--external-sources', '--source-path=SCRIPTDIR', ...scripts]),
  ];
}

async function shellScripts(): Promise<string[]> {
  const files = await glob(['provisioners/**', 'images/**', 'scripts/**', 'src/**/*.sh', '.ci/**'], {
    dot: true,
    onlyFiles: true,
  });
  const first = await Promise.all(
    files.map(async (file) => (await fs.readFile(file, 'latin1')).split('\n', 1)[0] ?? ''),
  );
  return files.filter((file, index) => /^#!.*\b(sh|bash)$/.test(first[index] ?? '') || file.endsWith('.sh')).sort();
}

async function testFiles(kind: 'unit' | 'tool' | 'image'): Promise<Job[]> {
  // Against hanging, not against slowness: the smoke matrix alone takes half an hour on two busy cores.
  const minutes = { unit: 1, tool: 10, image: 75 }[kind];
  const all = (await glob('test/**/*.test.ts')).sort();
  const kindOf = (file: string): string =>
    file.startsWith('test/image/') ? 'image' : file.endsWith('.tool.test.ts') ? 'tool' : 'unit';
  return all
    .filter((file) => kindOf(file) === kind)
    .map((file) => ({ name: file, command: ['node', '--import', 'tsx', file], minutes, isTestFile: true }));
}

const totals = { passed: 0, failed: 0 };

async function run(job: Job): Promise<void> {
  if (job.isTestFile && !endsWithRun(await fs.readFile(job.name, 'utf8'))) {
    totals.failed += 1;
    return void echo(`FAILED ${job.name}: does not end with .run()`);
  }
  const started = performance.now();
  const options = { nothrow: true, quiet: true, timeout: job.minutes * 60_000, timeoutSignal: 'SIGKILL' } as const;
  const result = await $({ ...options, env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0' } })`${job.command}`;
  const output = `${result.stdout}${result.stderr}`;
  const count = job.isTestFile
    ? countTests(result.stdout, result.exitCode)
    : { passed: result.exitCode === 0 ? 1 : 0, failed: result.exitCode === 0 ? 0 : 1, skipped: 0 };
  // CI has every tool, so a skipped test there is one that nobody would miss.
  const failed = count.failed + (process.env.CI ? count.skipped : 0);
  totals.passed += count.passed;
  totals.failed += failed;
  const seconds = (performance.now() - started) / 1000;
  const late = seconds >= job.minutes * 60 ? `, stopped after ${job.minutes} min` : '';
  const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : '';
  echo(
    `${failed > 0 ? 'FAILED' : 'ok'} ${job.name} (${count.passed} passed${skipped}, ${seconds.toFixed(1)} s${late})`,
  );
  if (failed > 0) echo(output.trimEnd());
}

/** Runs jobs side by side; `width` 1 keeps heavy ones apart. */
async function runAll(jobs: readonly Job[], width: number): Promise<void> {
  const queue = [...jobs];
  const worker = async (): Promise<void> => {
    for (let job = queue.shift(); job !== undefined; job = queue.shift()) await run(job);
  };
  await Promise.all(Array.from({ length: width }, worker));
}

const what = argv._[0] ?? 'all';
const width = Math.max(2, cpus().length);
if (what === 'all') await runAll(await checks(), width);
if (what === 'all' || what === 'unit') await runAll(await testFiles('unit'), width);
if (what === 'all' || what === 'tool') await runAll(await testFiles('tool'), 1);
if (what === 'all' || what === 'image') {
  const image = await testFiles('image');
  // A guest keeps one processor busy. These live long in one of their own, and measure nothing: two go side by side.
  const isLong = ({ name }: Job): boolean => /\/(?:update|watchers|configuration)\./.test(name);
  await runAll(
    image.filter((job) => !isLong(job)),
    1,
  );
  await runAll(image.filter(isLong).reverse(), 2);
}
echo(`${totals.passed} passed, ${totals.failed} failed`);
process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;
