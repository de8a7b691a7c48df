// Prints one table of times, ratios and sizes, all from one run on this host. `npm run bench`, `-- --vm` adds the vm source,
// `-- --smoke` the structure checks and a smoke run of all profiles, `-- --boot` starts beside those of a stock Debian,
// `-- --agent` the monitoring agent.
import { cp, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { createExec } from '../../src/builder/exec/run.ts';
import { artifactKinds } from '../../src/builder/names.ts';
import { loadRecipe } from '../../src/builder/recipe/load.ts';
import { formatSize } from '../../src/builder/recipe/size.ts';
import type { SmokeReport } from '../../src/builder/report/smoke-report.ts';
import { table } from '../../src/builder/report/table.ts';
import type { Release } from '../../src/contract/release.ts';
import { agentRows } from './agent/agent-rows.ts';
import { runBake } from './bake-run.ts';
import { compareStarts } from './boot/compare-starts.ts';
import { bootTable, matrixRow } from './smoke-rows.ts';
import { timeWrap } from './wraps.ts';

const root = await mkdtemp('/var/tmp/kiln-bench-');
const cache = join(root, 'cache');
const out = join(root, 'out');
const image = join(root, 'image');
const late = join(image, 'provisioners/99-late/run.sh');
const rows: string[][] = [];
const row = (what: string, value: string, against = ''): void => {
  rows.push([what, value, against]);
  process.stderr.write(`${what}: ${value} ${against}\n`);
};
const seconds = (value: number): string => `${value.toFixed(1)} s`;
const flags = ['--cache-dir', cache, '--output', out];

try {
  await cp('images/reference', image, { recursive: true });
  await mkdir(join(image, 'provisioners/99-late'), { recursive: true });
  const script = (text: string): string =>
    `#!/bin/sh\n# SUMMARY: Late step of the benchmark.\nset -eu\necho '${text}' >/etc/bench\n`;
  await writeFile(late, script('one'));
  const recipeFile = join(image, 'image.yaml');
  await writeFile(recipeFile, `${await readFile(recipeFile, 'utf8')}\nprovisioners: [provisioners/99-late]\n`);

  const first = await runBake([image, ...flags]);
  row(
    'first bake, nothing cached, all seven files',
    seconds(first.total),
    `golden disk after ${seconds(first.toGoldenDisk)}`,
  );
  await rm(join(cache, 'entries'), { recursive: true, force: true });
  await rm(out, { recursive: true });
  const cold = await runBake([image, ...flags]);
  row('cold recipe to golden disk, packages cached', seconds(cold.toGoldenDisk), 'to beat: 84-99 s (mkosi 25.3)');
  const same = await runBake([image, ...flags]);
  row('bake again, nothing changed', seconds(same.total), same.unchanged ? 'target 2 s' : 'NOT seen as unchanged');
  await writeFile(late, script('two'));
  const changed = await runBake([image, ...flags]);
  row('one late provisioner changed, to golden disk', seconds(changed.toGoldenDisk), 'target 20 s');
  row('the same, to the whole release', seconds(changed.total));
  row(
    'peak memory of a bake',
    formatSize(Math.max(first.peakBytes, cold.peakBytes, changed.peakBytes)),
    'target below 2 GiB',
  );
  row('provision in the sandbox', seconds(changed.steps.provision ?? 0));
  if (process.argv.includes('--vm')) {
    const vm = await runBake([image, ...flags, '--only', 'kvm', '--source', 'vm']);
    const ratio = (vm.steps.provision ?? 0) / (changed.steps.provision ?? 1);
    row('provision in the vm', seconds(vm.steps.provision ?? 0), `${ratio.toFixed(1)} times the sandbox`);
    await runBake([image, ...flags]);
  }

  const recipe = await loadRecipe(image);
  const release = join(out, recipe.name, recipe.version);
  const disk = join(root, 'disk.raw');
  const exec = createExec(new AbortController().signal);
  const qcow2 = join(release, `${recipe.name}-${recipe.version}-kvm.qcow2`);
  await exec.run(['qemu-img', 'convert', '-O', 'raw', qcow2, disk], {
    purpose: 'unpack the disk',
    timeoutSeconds: 600,
  });
  let alone = 0;
  const six = artifactKinds.filter((kind) => kind !== 'desktop');
  for (const kind of six) {
    const time = await timeWrap(disk, recipe, [kind], 1);
    alone += time;
    row(`wrap ${kind} alone, one thread`, seconds(time));
  }
  const together = await timeWrap(disk, recipe, six, availableParallelism());
  row('six formats one after another, one thread', seconds(alone));
  row('six formats at once', seconds(together), `${(together / alone).toFixed(2)} of one after another; target 0.50`);
  const all = await timeWrap(disk, recipe, artifactKinds, availableParallelism());
  row('all seven files at once', seconds(all));
  const { artifacts } = JSON.parse(await readFile(join(release, 'release.json'), 'utf8')) as Release;
  for (const { file, sizeBytes } of artifacts) {
    const { blocks } = await stat(join(release, file));
    row(file, formatSize(sizeBytes), blocks * 512 < sizeBytes ? `${formatSize(blocks * 512)} on disk` : '');
  }
  let boots = '';
  if (process.argv.includes('--smoke')) {
    const started = performance.now();
    const kiln = (...argv: readonly string[]) =>
      exec.run([process.execPath, 'scripts/kiln.mjs', ...argv, release, '--cache-dir', cache], {
        purpose: `run kiln ${argv[0]}`,
        timeoutSeconds: 7200,
      });
    await kiln('verify');
    row('kiln verify of all seven files', seconds((performance.now() - started) / 1000));
    await kiln('smoke');
    const report = JSON.parse(await readFile(join(release, 'smoke/smoke.json'), 'utf8')) as SmokeReport;
    row(...(matrixRow(report) as [string, string, string]));
    boots = `\n${bootTable(report.guests)}\n`;
  }
  if (process.argv.includes('--agent')) for (const one of await agentRows()) row(...one);
  if (process.argv.includes('--boot')) {
    for (const { what, ours, stock } of await compareStarts(exec, qcow2, root)) {
      row(what, seconds(ours), `${(ours / stock).toFixed(2)} of stock Debian 13 (${seconds(stock)}); target 0.60`);
    }
  }
  process.stdout.write(`${table([['WHAT', 'MEASURED', ''], ...rows], [1])}\n${boots}`);
} finally {
  await rm(root, { recursive: true, force: true });
}
