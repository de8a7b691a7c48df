import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactKinds } from '../../src/builder/names.ts';
import { parseRelease } from '../../src/contract/parse-release.ts';
import { bakedRelease, sharedCache, sharedOutput } from './support/release.ts';
import { runKiln } from './support/run-kiln.ts';

const release = await bakedRelease('reference');
const described = parseRelease(JSON.parse(readFileSync(join(release, 'release.json'), 'utf8')));

test('the reference appliance comes in every shape, and the checksums hold', () => {
  assert.equal(
    described.artifacts.map(({ kind }) => kind),
    [...artifactKinds],
  );
  execFileSync('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: release });
});

test('no artifact is larger than its limit', () => {
  const bytes = new Map(described.artifacts.map(({ kind, sizeBytes }) => [kind, sizeBytes]));
  assert.ok((bytes.get('vmware') ?? Number.POSITIVE_INFINITY) <= 350e6, `the OVA has ${bytes.get('vmware')} bytes`);
  assert.is(((bytes.get('azure') ?? 0) - 512) % 2 ** 20, 0);
});

test('a bake with nothing changed says so and touches nothing', async () => {
  const before = readFileSync(join(release, 'release.json'));
  const { code, events } = await runKiln([
    ...['bake', 'images/reference', '--json', '--cache-dir', sharedCache, '--output', sharedOutput],
  ]);
  assert.is(code, 0);
  assert.is(events.find(({ event }) => event === 'result')?.unchanged, true);
  assert.equal(readFileSync(join(release, 'release.json')), before);
});

test('every artifact boots as its platform would, and every check on it passes', async () => {
  const { code, stdout, stderr } = await runKiln(['smoke', release, '--cache-dir', sharedCache]);
  assert.is(code, 0, `${stdout}\n${stderr}`);
  const report = JSON.parse(readFileSync(join(release, 'smoke', 'smoke.json'), 'utf8')) as {
    guests: { verdict: string; hardware: string; artifact: { kind: string } }[];
  };
  assert.equal([...new Set(report.guests.map(({ artifact }) => artifact.kind))].sort(), [...artifactKinds].sort());
  assert.ok(report.guests.every(({ verdict }) => verdict === 'passed'));
  const hardware = report.guests.map(({ hardware: seen }) => seen).join('\n');
  assert.match(hardware, /BIOS/);
  assert.match(hardware, /UEFI with Secure Boot/);
});

test.run();
