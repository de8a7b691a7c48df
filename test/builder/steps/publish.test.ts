import {
  existsSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { publish, publishedRelease, removeStaleFolders, stagingFolder } from '../../../src/builder/steps/publish.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function put(folder: string, file: string, content: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, file), content);
}

const ARTIFACT = 'sample-1.0.0-kvm.qcow2';
const BUNDLE = 'sample-1.0.0.raucb';
const RULES = 'sample-1.0.0-prometheus-rules.yml';
const release = {
  schemaVersion: 1,
  image: 'sample',
  version: '1.0.0',
  created: '2026-01-01T00:00:00Z',
  disk: { sizeBytes: 1024 ** 3, digest: 'a'.repeat(64) },
  artifacts: [{ kind: 'kvm', file: ARTIFACT, sizeBytes: 4, sha256: 'b'.repeat(64), virtualSizeBytes: 1024 ** 3 }],
  monitoring: [{ file: RULES, sizeBytes: 5, sha256: 'b'.repeat(64) }],
  bundle: {
    file: BUNDLE,
    sizeBytes: 6,
    sha256: 'b'.repeat(64),
    manifestHash: 'e'.repeat(64),
    signer: 'f'.repeat(64),
  },
  recipe: { sha256: 'c'.repeat(64) },
  network: { ports: [] },
  steps: { wrap: 'd'.repeat(64) },
  tools: {},
};

/** A release as a bake leaves it: artifacts first, what describes them after. */
function released(folder: string): string {
  put(folder, ARTIFACT, 'data');
  put(folder, RULES, 'rules');
  put(folder, BUNDLE, 'bundle');
  put(folder, 'SHA256SUMS', '');
  put(folder, 'release.json', JSON.stringify(release));
  utimesSync(join(folder, ARTIFACT), 1_000, 1_000);
  return folder;
}

test('what is being put together is hidden beside its place, and appears whole', async () => {
  const image = join(tempFolder(), 'build/sample');
  const staging = await stagingFolder(join(image, '1.0.0'));
  assert.equal(readdirSync(image), [`.1.0.0.partial-${process.pid}`]);
  put(staging, 'file', 'new');
  await publish(staging, join(image, '1.0.0'));
  assert.equal(readdirSync(image), ['1.0.0']);
  assert.is(readFileSync(join(image, '1.0.0/file'), 'utf8'), 'new');
});

test('an older release of the same version gives way entirely', async () => {
  const image = tempFolder();
  put(join(image, '1.0.0'), 'old-file', 'old');
  const staging = await stagingFolder(join(image, '1.0.0'));
  put(staging, 'file', 'new');
  await publish(staging, join(image, '1.0.0'));
  assert.equal(readdirSync(image), ['1.0.0']);
  assert.equal(readdirSync(join(image, '1.0.0')), ['file']);
});

test('what killed bakes left is removed, of any version; releases, logs and other files stay', async () => {
  const image = tempFolder();
  for (const name of ['.1.0.0.partial-99', '.2.0.0-rc.1.partial-1']) put(join(image, name), 'half', '');
  const stay = ['.hidden', '1.0.0', '1.0.0.partial-1', 'logs', '.notes.partial-draft'];
  for (const name of stay) put(join(image, name), 'file', '');
  await removeStaleFolders(image);
  assert.equal(readdirSync(image).sort(), [...stay].sort());
});

test('a release whose successor never came is put back, one whose successor is there is removed', async () => {
  const image = tempFolder();
  put(join(image, '.1.0.0.replaced-99'), 'file', 'old');
  put(join(image, '.1.1.0-rc.1.replaced-99'), 'file', 'old');
  put(join(image, '1.1.0-rc.1'), 'file', 'new');
  await removeStaleFolders(image);
  assert.equal(readdirSync(image).sort(), ['1.0.0', '1.1.0-rc.1']);
  assert.is(readFileSync(join(image, '1.0.0/file'), 'utf8'), 'old');
  assert.is(readFileSync(join(image, '1.1.0-rc.1/file'), 'utf8'), 'new');
});

test('a folder that does not exist yet is made', async () => {
  const image = join(tempFolder(), 'build/sample');
  await removeStaleFolders(image);
  assert.ok(existsSync(image));
});

test('a whole release is known again', async () => {
  assert.equal(await publishedRelease(released(join(tempFolder(), '1.0.0'))), release as never);
});

const damage: Readonly<Record<string, (folder: string) => void>> = {
  'without its artifact': (folder) => rmSync(join(folder, ARTIFACT)),
  'with an artifact of another size': (folder) => {
    put(folder, ARTIFACT, 'longer');
    utimesSync(join(folder, ARTIFACT), 1_000, 1_000);
  },
  'without a file that it names': (folder) => rmSync(join(folder, RULES)),
  'without its bundle': (folder) => rmSync(join(folder, BUNDLE)),
  'with an artifact touched since': (folder) => utimesSync(join(folder, ARTIFACT), 9e9, 9e9),
  'with a link for an artifact': (folder) => {
    rmSync(join(folder, ARTIFACT));
    put(folder, 'file', 'data');
    // As long as the artifact itself, and as old.
    symlinkSync('file', join(folder, ARTIFACT));
    lutimesSync(join(folder, ARTIFACT), 1_000, 1_000);
  },
  'without checksums': (folder) => rmSync(join(folder, 'SHA256SUMS')),
  'without release.json': (folder) => rmSync(join(folder, 'release.json')),
  'with a truncated release.json': (folder) => put(folder, 'release.json', JSON.stringify(release).slice(0, -9)),
  'of another schema': (folder) => put(folder, 'release.json', JSON.stringify({ ...release, schemaVersion: 2 })),
};

for (const [name, change] of Object.entries(damage)) {
  test(`a release ${name} is none to build on`, async () => {
    const folder = released(join(tempFolder(), '1.0.0'));
    change(folder);
    assert.is(await publishedRelease(folder), undefined);
  });
}

test('a folder that is not there holds no release', async () => {
  assert.is(await publishedRelease(join(tempFolder(), 'none')), undefined);
});

test.run();
