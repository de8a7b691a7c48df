import { createHash } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import { describeRelease } from '../../../src/builder/steps/describe.ts';
import { parseRelease } from '../../../src/contract/parse-release.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { writeSampleDisk } from '../formats/sample-disk.ts';
import { sampleRecipe } from '../targets/sample-recipe.ts';
import { sampleContext } from './sample-context.ts';

const signal = new AbortController().signal;

test('release.json is what the parser accepts, and sha256sum accepts SHA256SUMS', async () => {
  const stagingDir = tempFolder();
  const disk = await writeSampleDisk(join(tempFolder(), 'disk.raw'), 1024 * 1024, []);
  const artifact = (kind: string, file: string) => ({
    kind,
    file,
    sizeBytes: 4,
    sha256: createHash('sha256').update(kind.slice(0, 4)).digest('hex'),
    virtualSizeBytes: disk.sizeBytes,
  });
  const artifacts = [artifact('azure', 'b-azure.vhd'), artifact('vmware', 'a-vmware.ova')];
  for (const { kind, file } of artifacts) await writeFile(join(stagingDir, file), kind.slice(0, 4));
  const bundle = {
    file: 'sample.raucb',
    sizeBytes: 6,
    sha256: createHash('sha256').update('bundle').digest('hex'),
    manifestHash: 'a'.repeat(64),
    signer: 'b'.repeat(64),
  };
  await writeFile(join(stagingDir, bundle.file), 'bundle');
  const { ctx } = sampleContext(signal);
  const input = { recipe: sampleRecipe, disk, epoch: 1_767_225_600, artifacts, bundle, stagingDir, threads: 1 };
  const release = await describeRelease(ctx, { ...input, steps: { wrap: '2', base: '1' }, tools: {} });

  const json = await readFile(join(stagingDir, 'release.json'), 'utf8');
  assert.equal(parseRelease(JSON.parse(json)), release);
  assert.is(release.created, '2026-01-01T00:00:00Z');
  assert.equal(
    release.artifacts.map(({ kind }) => kind),
    ['vmware', 'azure'],
  );
  assert.equal(Object.keys(release.steps), ['base', 'wrap']);
  const monitoring = ['grafana-dashboard.json', 'prometheus-rules.yml'].map(
    (suffix) => `${sampleRecipe.name}-${sampleRecipe.version}-${suffix}`,
  );
  assert.equal(
    release.monitoring.map(({ file }) => file),
    monitoring,
  );
  const own = ['SHA256SUMS', 'a-vmware.ova', 'b-azure.vhd', 'release.json', bundle.file];
  assert.equal((await readdir(stagingDir)).sort(), [...own, ...monitoring].sort());

  const exec = createExec(signal);
  const check = () =>
    exec.run(['sha256sum', '--check', '--strict', 'SHA256SUMS'], {
      purpose: 'check',
      timeoutSeconds: 60,
      cwd: stagingDir,
    });
  const listed = [...own.slice(1), ...monitoring].sort().map((file) => `${file}: OK\n`);
  assert.is((await check()).stdout, listed.join(''));
  await writeFile(join(stagingDir, 'release.json'), `${json} `);
  await caught('tool-failed', check);
});

test.run();
