import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ArtifactKind } from '../../../src/builder/names.ts';
import { faults } from '../../../src/builder/smoke/faults/index.ts';
import { profiles } from '../../../src/builder/smoke/profiles/index.ts';
import type { ListedArtifact } from '../../../src/builder/smoke/release-folder.ts';
import { rowName } from '../../../src/builder/smoke/row.ts';
import { chooseRows } from '../../../src/builder/smoke/rows.ts';
import { caught } from '../../support/caught.ts';

function artifacts(...kinds: readonly ArtifactKind[]): ListedArtifact[] {
  return kinds.map((kind) => ({ kind, file: kind, path: `/${kind}`, sizeBytes: 1, sha256: '', virtualSizeBytes: 1 }));
}

const all = artifacts('vmware', 'desktop', 'hyperv', 'azure', 'aws', 'gce', 'kvm');

test('all artifacts boot on all their profiles, and faults only when asked for', () => {
  assert.equal(
    chooseRows(all, { faults: false }).map(rowName),
    profiles.map(({ id }) => id),
  );
  const rows = chooseRows(all, { faults: true });
  assert.is(rows.length, profiles.length + faults.length);
  assert.is(new Set(rows.map(rowName)).size, rows.length);
  // A fault is measured against the same profile without one, which has to come first.
  assert.ok(rows.slice(0, profiles.length).every(({ fault }) => fault === undefined));
});

test('every fault happens on a profile there is', () => {
  for (const { id, profile } of faults)
    assert.ok(
      profiles.some((one) => one.id === profile),
      id,
    );
  assert.is(faults.filter(({ procedure }) => procedure === 'power-cut').length * 2, 10);
});

test('profiles are chosen by id, and their faults with them', () => {
  const rows = chooseRows(all, { faults: true, profiles: ['aws', 'hyperv-gen1'] }).map(rowName);
  assert.equal(rows.slice(0, 2), ['hyperv-gen1', 'aws']);
  assert.ok(rows.slice(2).every((name) => name.startsWith('aws-')));
});

test('a profile nobody knows, or whose artifact is not there, is a mistake', async () => {
  const unknown = await caught('usage', () => chooseRows(all, { faults: false, profiles: ['kvm', 'xen'] }));
  assert.match(unknown.message, 'no profile is called xen; there are: vmware, desktop');
  const absent = await caught('usage', () => chooseRows(artifacts('kvm'), { faults: false, profiles: ['aws'] }));
  assert.match(absent.message, 'the artifact that aws boots is not among: kvm');
});

test.run();
