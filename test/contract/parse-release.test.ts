import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseRelease, ReleaseFormatError } from '../../src/contract/parse-release.ts';

const sha = '0f'.repeat(32);
const artifact = { kind: 'aws', file: 'a-1.0.0-aws.raw.zst', sizeBytes: 5, sha256: sha, virtualSizeBytes: 2 ** 33 };
const good = {
  schemaVersion: 1,
  image: 'a',
  version: '1.0.0-rc.1',
  created: '2026-01-01T00:00:00Z',
  disk: { sizeBytes: 2 ** 33, digest: sha },
  artifacts: [artifact],
  monitoring: [{ file: 'a-1.0.0-prometheus-rules.yml', sizeBytes: 5, sha256: sha }],
  bundle: { file: 'a-1.0.0.raucb', sizeBytes: 5, sha256: sha, manifestHash: sha, signer: sha },
  recipe: { sha256: sha },
  network: { ports: [{ port: 22, protocol: 'tcp', service: 'SSH' }] },
  steps: { base: 'x' },
  tools: {},
};

function faultsOf(document: unknown): readonly string[] {
  try {
    parseRelease(document);
  } catch (error) {
    if (error instanceof ReleaseFormatError) return error.faults;
    throw error;
  }
  return [];
}

test('accepts what describe writes, and leaves out what it does not know', () => {
  assert.equal(parseRelease({ ...good, later: 1 }), good);
});

test('refuses file names that could lead out of the folder or hide', () => {
  const names = [
    '../a',
    'a/b',
    'a\\b',
    '/etc/passwd',
    '..',
    '.',
    '',
    '.hidden',
    '-rf',
    'a\0b',
    'a\nb',
    'C:x',
    'a b',
    5,
    null,
  ];
  for (const file of [...names, 'release.json', 'SHA256SUMS', 'x'.repeat(300)]) {
    const faults = faultsOf({ ...good, artifacts: [{ ...artifact, file }] });
    assert.ok(faults.length === 1 && faults[0]?.startsWith('artifacts[0].file'), String(file));
  }
});

test('refuses the same kind or file twice, also in other case', () => {
  const twin = { ...artifact, file: artifact.file.toUpperCase() };
  assert.is(faultsOf({ ...good, artifacts: [artifact, twin] }).length, 2);
  assert.is(faultsOf({ ...good, monitoring: [artifact] }).length, 1);
  assert.is(faultsOf({ ...good, monitoring: [{ ...artifact, file: 'SHA256SUMS' }] }).length, 1);
});

test('the bundle is checked as artifacts are, and older releases have none', () => {
  const { bundle, ...older } = good;
  assert.is(parseRelease(older).bundle, null);
  assert.is(parseRelease({ ...good, bundle: null }).bundle, null);
  const changes = [{ file: '../a' }, { file: artifact.file }, { sizeBytes: 0 }, { sha256: 'x' }];
  const whole = [...changes, { manifestHash: sha.toUpperCase() }, { manifestHash: null }, { signer: '' }];
  for (const change of whole)
    assert.is(faultsOf({ ...good, bundle: { ...bundle, ...change } }).length, 1, JSON.stringify(change));
  for (const wrong of [[], 'a', 1]) assert.ok(faultsOf({ ...good, bundle: wrong }).length > 0);
});

test('files for monitoring are checked as artifacts are, and older releases have none', () => {
  const { monitoring, ...older } = good;
  assert.equal(parseRelease(older).monitoring, []);
  const [file] = monitoring;
  for (const wrong of [
    null,
    {},
    'a',
    [{ ...file, file: '../a' }],
    [{ ...file, sha256: 'x' }],
    [{ ...file, sizeBytes: 0 }],
  ])
    assert.ok(faultsOf({ ...good, monitoring: wrong }).length > 0, JSON.stringify(wrong));
});

test('refuses wrong types everywhere and lists all faults at once', () => {
  for (const document of [null, undefined, [], 'x', 1, {}]) assert.ok(faultsOf(document).length >= 5);
  const changes: Record<string, unknown> = {
    schemaVersion: 2,
    image: 'A/..',
    version: '1.0',
    created: 'yesterday',
    disk: { sizeBytes: 1.5, digest: 'F'.repeat(64) },
    artifacts: [],
    recipe: [],
    network: { ports: {} },
    steps: { base: 1 },
    tools: null,
  };
  for (const [name, value] of Object.entries(changes)) {
    const faults = faultsOf({ ...good, [name]: value });
    assert.ok(faults.length > 0 && faults.every((fault) => fault.startsWith(name)), `${name}: ${faults.join()}`);
  }
  assert.ok(faultsOf({ ...good, ...changes }).length >= Object.keys(changes).length);
});

test('sizes must be positive whole numbers', () => {
  for (const sizeBytes of [0, -1, 1.5, Number.NaN, 2 ** 60, '5', null]) {
    assert.is(faultsOf({ ...good, artifacts: [{ ...artifact, sizeBytes }] }).length, 1);
  }
});

test('ports are 1 to 65535, tcp or udp, with one printable line each', () => {
  const good22 = { port: 22, protocol: 'tcp', service: 'SSH' };
  for (const change of [
    { port: 0 },
    { port: 65_536 },
    { port: '22' },
    { protocol: 'sctp' },
    { service: '\u001b[2J' },
    { service: '' },
  ]) {
    assert.is(faultsOf({ ...good, network: { ports: [{ ...good22, ...change }] } }).length, 1, JSON.stringify(change));
  }
});

test('a key named __proto__ stays a key', () => {
  const { steps } = parseRelease(JSON.parse(JSON.stringify(good).replace('"base"', '"__proto__"')));
  assert.equal(Object.keys(steps), ['__proto__']);
});

test.run();
