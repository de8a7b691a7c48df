import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkPresent, digestFault, listArtifacts, readRelease } from '../../../src/builder/smoke/release-folder.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { sampleRelease } from './sample-release.ts';

test('a folder without release.json is no release', async () => {
  const folder = tempFolder();
  const error = await caught('release-missing', () => readRelease(folder));
  assert.is(error.exitCode, 2);
  assert.match(error.message, folder);
  await caught('release-missing', () => readRelease(join(folder, 'nothing')));
});

test('a release.json that is broken is refused with its path and all mistakes', async () => {
  const folder = tempFolder();
  const path = join(folder, 'release.json');
  await writeFile(path, '{');
  assert.match((await caught('release-invalid', () => readRelease(folder))).message, `${path} is no JSON`);
  await writeFile(path, '{"schemaVersion":1}');
  const error = await caught('release-invalid', () => readRelease(folder));
  assert.match(error.message, /image: .*\n {2}version: /);
});

test('what was written is read, and artifacts come in the order of reports', async () => {
  const folder = tempFolder();
  await writeFile(join(folder, 'release.json'), JSON.stringify(sampleRelease));
  const listed = listArtifacts(await readRelease(folder), folder);
  assert.equal(
    listed.map(({ kind, path }) => [kind, path]),
    [
      ['vmware', join(folder, 'sample-1.2.3-vmware.ova')],
      ['kvm', join(folder, 'sample-1.2.3-kvm.qcow2')],
    ],
  );
  assert.equal(
    listArtifacts(sampleRelease, folder, ['kvm']).map(({ kind }) => kind),
    ['kvm'],
  );
});

test('kinds that the release does not have are a mistake of the command line', async () => {
  const error = await caught('usage', () => listArtifacts(sampleRelease, '/r', ['kvm', 'gce', 'aws']));
  assert.match(error.message, 'has no gce, aws; it has: kvm, vmware');
});

test('a kind nobody knows is a mistake of release.json', async () => {
  const [first] = sampleRelease.artifacts;
  if (first === undefined) throw new Error('no artifact');
  const release = { ...sampleRelease, artifacts: [{ ...first, kind: 'floppy' }] };
  assert.match((await caught('release-invalid', () => listArtifacts(release, '/r'))).message, 'the kind "floppy"');
});

test('an artifact that is missing, truncated or changed is named with what was expected', async () => {
  const folder = tempFolder();
  const [artifact] = listArtifacts(sampleRelease, folder, ['kvm']);
  if (artifact === undefined) throw new Error('no artifact');
  assert.match((await caught('release-invalid', () => checkPresent(artifact))).message, `${artifact.path} is missing`);
  await writeFile(artifact.path, 'short');
  const error = await caught('release-invalid', () => checkPresent(artifact));
  assert.match(error.message, `has 5 bytes; release.json says ${artifact.sizeBytes}`);
  assert.is(error.exitCode, 2);
  await writeFile(artifact.path, 'x'.repeat(artifact.sizeBytes));
  await checkPresent(artifact);
  assert.match(digestFault(artifact, 'f'.repeat(64)) ?? '', artifact.sha256);
  assert.is(digestFault(artifact, artifact.sha256), undefined);
});

test.run();
