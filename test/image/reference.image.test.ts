import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactKinds } from '../../src/builder/names.ts';
import { failedChecks, failedGuests, type SmokeReport } from '../../src/builder/report/smoke-report.ts';
import { faults } from '../../src/builder/smoke/faults/index.ts';
import { profiles } from '../../src/builder/smoke/profiles/index.ts';
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

test('every artifact boots on every profile of its platforms and bears every fault, and every check passes', async () => {
  const { code, stderr } = await runKiln(['smoke', release, '--faults', '--cache-dir', sharedCache]);
  assert.ok(code === 0 || code === 1, stderr);
  const report = JSON.parse(readFileSync(join(release, 'smoke', 'smoke.json'), 'utf8')) as SmokeReport;
  // What failed, and nothing else: the whole of a run's output hides it.
  const failed = failedGuests(report).map((guest) => {
    const checks = failedChecks(guest).map(({ id, detail }) => `${id}: ${detail}`);
    return `${guest.name} (healthy after ${guest.secondsToHealthy} s): ${checks.join('; ')}`;
  });
  assert.equal(failed, []);
  assert.is(code, 0);
  assert.equal(
    report.guests.filter(({ fault }) => fault === null).map(({ profile }) => profile),
    profiles.map(({ id }) => id),
  );
  assert.equal(
    report.guests.flatMap(({ fault }) => (fault === null ? [] : [fault.id])),
    faults.map(({ id }) => id),
  );
  const asked = (name: string): number => report.guests.find((guest) => guest.name === name)?.requests.length ?? 0;
  for (const name of ['aws', 'aws-bios', 'azure', 'azure-gen2', 'gce']) assert.ok(asked(name) > 0, name);
  const page = readFileSync(join(release, 'smoke', 'smoke.html'), 'utf8');
  for (const { name } of report.guests) assert.match(page, name);
});

test.run();
