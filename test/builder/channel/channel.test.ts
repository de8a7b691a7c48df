// `kiln channel` writes, and the appliance's own reader (tuf-js underneath) reads what it wrote over HTTP.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { addToChannel } from '../../../src/builder/channel/add.ts';
import { refreshChannel } from '../../../src/builder/channel/change.ts';
import { initChannel } from '../../../src/builder/channel/init.ts';
import { defaultLifetimes } from '../../../src/builder/channel/lifetimes.ts';
import { listChannel } from '../../../src/builder/channel/list.ts';
import { promoteToStable } from '../../../src/builder/channel/promote.ts';
import { renewChannel } from '../../../src/builder/channel/renew.ts';
import { withdrawFromChannel } from '../../../src/builder/channel/withdraw.ts';
import { parseOffer } from '../../../src/contract/updates/parse-offer.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { sampleRelease } from '../smoke/sample-release.ts';
import { announced, appliance, days, newChannel, releaseOf, sha256 } from './sample-channel.ts';

const test = suite('channel');

test('what is added is what an appliance reads, word for word', async () => {
  const { folder, channel, write } = await newChannel();
  const { ask } = appliance(folder, channel);
  assert.equal((await ask()).targets, []);
  const release = releaseOf('1.1.0');
  const entry = await addToChannel(write(), release, announced);
  const [target] = (await ask()).targets;
  assert.equal(parseOffer(target?.custom), entry.offer);
  assert.equal(entry.offer.fixes, ['CVE-2026-0001', 'CVE-2026-0002']);
  assert.equal(entry.offer.tracks, ['candidate']);
  const stored = join(channel, 'targets', `${target?.sha256}.${target?.path}`);
  assert.equal(readFileSync(stored), readFileSync(join(release, entry.file)));
});

test('a version is put in once, an image has a channel of its own, and a changed bundle is not taken', async () => {
  const { channel, write } = await newChannel();
  const release = releaseOf('1.1.0');
  await addToChannel(write(), release, announced);
  const before = readdirSync(join(channel, 'metadata'));
  assert.match(
    (await caught('channel-invalid', () => addToChannel(write(), release, announced))).message,
    '1.1.0 is in the channel',
  );
  await caught('channel-invalid', () => addToChannel(write(), releaseOf('1.2.0', 'another'), announced));
  const changed = releaseOf('1.3.0');
  writeFileSync(join(changed, `${sampleRelease.image}-1.3.0.raucb`), 'something else');
  assert.match(
    (await caught('channel-invalid', () => addToChannel(write(), changed, announced))).message,
    'not the file',
  );
  const wrong = { ...announced, fixes: ['CVE-1'], instruction: 'two\nlines' };
  const { message } = await caught('channel-invalid', () => addToChannel(write(), releaseOf('1.4.0'), wrong));
  for (const place of ['fixes[0]', 'instruction']) assert.ok(message.includes(place), message);
  assert.equal(readdirSync(join(channel, 'metadata')), before);
});

test('a release from before there were bundles is told the file that a bake of today makes', async () => {
  const { write } = await newChannel();
  const old = releaseOf('1.1.0');
  const path = join(old, 'release.json');
  writeFileSync(path, JSON.stringify({ ...JSON.parse(readFileSync(path, 'utf8')), bundle: null }));
  const { message, hint } = await caught('channel-invalid', () => addToChannel(write(), old, announced));
  assert.match(message, 'no update bundle');
  assert.match(hint, `${sampleRelease.image}-1.1.0.raucb`);
});

function putReports(
  release: string,
  version: string,
  change: { verdict?: string; sha?: string; passed?: boolean } = {},
): void {
  const artifacts = sampleRelease.artifacts.map((artifact) => ({
    ...{ name: artifact.kind, fault: null, verdict: change.verdict ?? 'passed' },
    artifact: { ...artifact, sha256: change.sha ?? artifact.sha256 },
  }));
  mkdirSync(join(release, 'smoke'), { recursive: true });
  mkdirSync(join(release, 'update'), { recursive: true });
  writeFileSync(join(release, 'smoke/smoke.json'), JSON.stringify({ schemaVersion: 2, guests: artifacts }));
  const bundleSha256 = sha256(`bundle of ${sampleRelease.image} ${version}`);
  const update = { schemaVersion: 1, bundleSha256, finished: 'now', passed: change.passed ?? true, from: ['1.0.0'] };
  writeFileSync(join(release, 'update/update.json'), JSON.stringify(update));
}

test('only what was tested in exactly these bytes becomes stable', async () => {
  const { folder, channel, write } = await newChannel();
  const release = releaseOf('1.1.0');
  await addToChannel(write(), release, announced);
  const promote = () => promoteToStable(write(), release, 10);
  const none = await caught('not-released', promote);
  for (const file of ['smoke/smoke.json', 'update/update.json']) assert.match(none.message, file);
  putReports(release, '1.1.0', { verdict: 'failed' });
  assert.match((await caught('not-released', promote)).message, 'failed');
  putReports(release, '1.1.0', { sha: 'ee'.repeat(32) });
  assert.match((await caught('not-released', promote)).message, 'not booted in these bytes');
  putReports(release, '1.1.0', { passed: false });
  assert.match((await caught('not-released', promote)).message, 'update: the run failed');
  putReports(release, '1.0.9');
  assert.match((await caught('not-released', promote)).message, 'of another bundle');
  putReports(release, '1.1.0');
  assert.equal((await promote()).offer.tracks, ['stable', 'candidate']);
  const offer = parseOffer((await appliance(folder, channel).ask()).targets[0]?.custom);
  assert.equal([offer.tracks, offer.rolloutPercent], [['stable', 'candidate'], 10]);
});

test('a version that is withdrawn stays, says why, and is not promoted any more', async () => {
  const { folder, channel, write } = await newChannel();
  const release = releaseOf('1.1.0');
  await addToChannel(write(), release, announced);
  await withdrawFromChannel(write(), '1.1.0', 'loses its address');
  const offer = parseOffer((await appliance(folder, channel).ask()).targets[0]?.custom);
  assert.is(offer.withdrawn?.reason, 'loses its address');
  putReports(release, '1.1.0');
  assert.match(
    (await caught('channel-invalid', () => promoteToStable(write(), release, 100))).message,
    'loses its address',
  );
  assert.match(
    (await caught('channel-invalid', () => withdrawFromChannel(write(), '9.9.9', 'x'))).message,
    'it has 1.1.0',
  );
});

test('a nightly job refreshes with two keys; one that stopped is told by appliances and by the list', async () => {
  const { folder, channel, keys, write } = await newChannel();
  await addToChannel(write(days(-4)), releaseOf('1.1.0'), announced);
  const { ask } = appliance(folder, channel);
  const late = await ask().then(
    () => 'taken',
    (error: Error) => error.message,
  );
  assert.match(late, /timestamp.json is expired/);
  assert.match((await listChannel(channel, new Date())).warnings.join(), /timestamp has ended .* refresh has not run/);
  for (const role of ['root', 'targets']) rmSync(join(keys, `${role}.pem`));
  await refreshChannel(write());
  assert.is((await ask()).targets.length, 1);
  assert.equal((await listChannel(channel, new Date())).warnings, []);
  const error = await caught('channel-invalid', () => withdrawFromChannel(write(), '1.1.0', 'x'));
  assert.match(error.message, '1 of the channel’s targets keys'.replace('’', "'"));
});

test('root and list are renewed, and appliances follow', async () => {
  const { folder, channel, write } = await newChannel({ count: 3, threshold: 2 });
  await addToChannel(write(), releaseOf('1.1.0'), announced);
  const { ask, asked } = appliance(folder, channel);
  await ask();
  await renewChannel(write(days(80)));
  asked.length = 0;
  const view = await ask();
  assert.ok(asked.includes('GET /metadata/2.root.json 200'), asked.join('\n'));
  assert.ok(view.expires.getTime() > Date.now());
  assert.is(JSON.parse(readFileSync(join(channel, 'metadata/root.json'), 'utf8')).signed.version, 2);
});

test('fewer keys than the threshold sign nothing, and nothing is written', async () => {
  const { channel, keys, write } = await newChannel({ count: 3, threshold: 2 });
  rmSync(join(keys, 'targets-1.pem'));
  await addToChannel(write(), releaseOf('1.1.0'), announced);
  rmSync(join(keys, 'targets-2.pem'));
  const before = readdirSync(join(channel, 'metadata'));
  const { message } = await caught('channel-invalid', () => addToChannel(write(), releaseOf('1.2.0'), announced));
  assert.match(message, "2 of the channel's targets keys are needed; 1 are at hand");
  assert.equal(readdirSync(join(channel, 'metadata')), before);
});

test('keys are private, lie outside, and are never replaced', async () => {
  const { channel, keys } = await newChannel();
  for (const file of readdirSync(keys)) assert.is(statSync(join(keys, file)).mode & 0o777, 0o600, file);
  const demand = {
    count: { root: 1, targets: 1 },
    threshold: { root: 1, targets: 1 },
    lifetimes: defaultLifetimes,
    now: new Date(),
  };
  await caught('channel-invalid', () => initChannel({ ...demand, channel, keys: join(channel, 'keys') }));
  await caught('channel-invalid', () => initChannel({ ...demand, channel: join(tempFolder(), 'c'), keys }));
  assert.not(existsSync(join(channel, 'keys')));
});

test('an idle check costs little', async () => {
  const { folder, channel, write } = await newChannel();
  for (let minor = 1; minor <= 30; minor += 1) await addToChannel(write(), releaseOf(`1.${minor}.0`), announced);
  const { ask, asked, traffic } = appliance(folder, channel);
  await ask();
  asked.length = 0;
  traffic.bytes = 0;
  await ask();
  assert.equal(asked, ['GET /metadata/2.root.json 404', 'GET /metadata/timestamp.json 200']);
  assert.ok(traffic.bytes > 500 && traffic.bytes <= 2048, `${traffic.bytes} bytes`);
});

test('what is no channel is told so', async () => {
  const error = await caught('channel-invalid', () => listChannel(tempFolder(), new Date()));
  assert.match(error.message, 'is no channel');
  const { channel } = await newChannel();
  const path = join(channel, 'metadata/1.targets.json');
  writeFileSync(path, readFileSync(path, 'utf8').replace('"version": 1', '"version": 7'));
  assert.match(
    (await caught('channel-invalid', () => listChannel(channel, new Date()))).message,
    'targets.json is not signed',
  );
});

test.run();
