import { createHash } from 'node:crypto';
import { readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../src/builder/exec/run.ts';
import { withContext } from '../../src/builder/host/with-context.ts';
import { diskLayout, sfdiskScript } from '../../src/builder/plan/disk-layout.ts';
import type { SmokeReport } from '../../src/builder/report/smoke-report.ts';
import { smoke } from '../../src/builder/smoke/smoke.ts';
import type { ReleaseArtifact } from '../../src/contract/release.ts';
import { sampleRelease } from '../builder/smoke/sample-release.ts';
import { caught } from '../support/caught.ts';
import { tempFolder } from '../support/temp-folder.ts';

const signal = new AbortController().signal;
const exec = createExec(signal);
const GIB = 2 ** 30;

/** A release of a VHDX that holds partitions and nothing to boot, and of an AWS artifact that is no archive. */
async function brokenRelease(): Promise<string> {
  const folder = tempFolder();
  const raw = join(folder, 'disk.raw');
  await writeFile(raw, '');
  await truncate(raw, 2 * GIB);
  const run = (argv: [string, ...string[]], input?: string) =>
    exec.run(argv, { purpose: 'make a sample', timeoutSeconds: 60, ...(input === undefined ? {} : { input }) });
  await run(['sfdisk', '--quiet', raw], sfdiskScript(diskLayout('sample', 2 * GIB, GIB / 4)));
  const vhdx = 'sample-1.2.3-hyperv.vhdx';
  await run(['qemu-img', 'convert', '-O', 'vhdx', raw, join(folder, vhdx)]);
  const zst = 'sample-1.2.3-aws.raw.zst';
  await writeFile(join(folder, zst), 'no archive');
  const artifacts = await Promise.all([listed('hyperv', folder, vhdx), listed('aws', folder, zst)]);
  await writeFile(join(folder, 'release.json'), JSON.stringify({ ...sampleRelease, artifacts }));
  return folder;
}

async function listed(kind: string, folder: string, file: string): Promise<ReleaseArtifact> {
  const path = join(folder, file);
  const sha256 = createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
  return { kind, file, sizeBytes: (await stat(path)).size, sha256, virtualSizeBytes: 2 * GIB };
}

function runSmoke(releaseDir: string): Promise<SmokeReport> {
  const progress = {
    step: <T>(_name: string, _title: string, work: (step: never) => Promise<T>) => work(silent as never),
    note: () => undefined,
  };
  const options = { progress, cacheDir: tempFolder(), signal, scratchBytes: GIB };
  return withContext(options, (ctx) => smoke(ctx, { releaseDir, jobs: 2, profiles: ['hyperv', 'aws'] }));
}

const silent = { detail: () => undefined, cached: () => undefined };

test('guests that fail are told with their consoles, after all reports are written', async () => {
  const folder = await brokenRelease();
  const error = await caught('smoke-failed', () => runSmoke(folder));
  assert.is(error.exitCode, 1);
  assert.match(error.message, '2 of 2 artifacts failed');
  assert.match(error.message, 'the firmware found nothing to boot');
  assert.match(error.message, '| BdsDxe: No bootable option or device was found.');
  assert.match(error.message, /aws\.raw\.zst can not be unpacked/);
  const report: SmokeReport = JSON.parse(await readFile(join(folder, 'smoke/smoke.json'), 'utf8'));
  const verdicts = report.guests.map((guest) => [
    guest.profile,
    guest.verdict,
    guest.checks.map(({ verdict }) => verdict)[0],
  ]);
  assert.equal(verdicts, [
    ['hyperv', 'failed', 'passed'],
    ['aws', 'failed', 'failed'],
  ]);
  assert.match(await readFile(join(folder, 'smoke/junit.xml'), 'utf8'), '<failure message="the firmware found nothing');
  assert.match(await readFile(join(folder, 'smoke/hyperv.serial.log'), 'utf8'), 'BdsDxe');
  const png = await readFile(join(folder, 'smoke/hyperv.failure.png'));
  assert.is(png.toString('latin1', 1, 4), 'PNG');
  const page = await readFile(join(folder, 'smoke/smoke.html'), 'utf8');
  assert.match(page, 'the firmware found nothing to boot');
  assert.match(page, 'data:image/png;base64,');
});

test('an artifact cut short ends the run before anything is booted', async () => {
  const folder = await brokenRelease();
  await truncate(join(folder, 'sample-1.2.3-hyperv.vhdx'), 1000);
  const error = await caught('release-invalid', () => runSmoke(folder));
  assert.match(error.message, /sample-1\.2\.3-hyperv\.vhdx has 1000 bytes; release\.json says/);
});

test.run();
