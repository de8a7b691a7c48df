import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { readSmokeReport, readUpdateReport } from '../../../src/builder/channel/reports.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const test = suite('channel reports');

const guest = { name: 'kvm', verdict: 'passed', fault: null, artifact: { kind: 'kvm', sha256: 'ab'.repeat(32) } };

function folderWith(name: string, text: string): string {
  const folder = tempFolder();
  mkdirSync(join(folder, name, '..'), { recursive: true });
  writeFileSync(join(folder, name), text);
  return folder;
}

const smoke = (guests: unknown, more: object = {}): string =>
  folderWith('smoke/smoke.json', JSON.stringify({ schemaVersion: 2, image: 'x', guests, ...more }));

test('of a smoke run, what a promotion asks is read', async () => {
  const faulty = { ...guest, name: 'kvm-no-network', fault: { id: 'no-network', title: '' }, verdict: 'failed' };
  const sha256 = guest.artifact.sha256;
  assert.equal(await readSmokeReport(smoke([guest, faulty])), [
    { name: 'kvm', verdict: 'passed', faulty: false, sha256 },
    { name: 'kvm-no-network', verdict: 'failed', faulty: true, sha256 },
  ]);
  assert.is(await readSmokeReport(tempFolder()), undefined);
});

test('a report that is none is refused, with the place and what to do', async () => {
  const wrong: readonly (readonly [string, string])[] = [
    [smoke([null]), 'guests[0]: expected an object'],
    [smoke([guest, 'x']), 'guests[1]'],
    [smoke(null), 'guests'],
    [smoke([{ ...guest, artifact: null }]), 'guests[0].artifact'],
    [smoke([{ ...guest, artifact: { sha256: 'AB' } }]), 'guests[0].artifact.sha256'],
    [smoke([{ ...guest, verdict: 'skipped' }]), 'guests[0].verdict'],
    [smoke([{ ...guest, fault: undefined }]), 'guests[0].fault'],
    [smoke([{ ...guest, name: 'a\nb' }]), 'guests[0].name'],
    [smoke([guest], { schemaVersion: 1 }), 'schemaVersion'],
    [folderWith('smoke/smoke.json', '[]'), 'report'],
    [folderWith('smoke/smoke.json', '{'), 'is no JSON'],
  ];
  for (const [folder, place] of wrong) {
    const error = await caught('channel-invalid', () => readSmokeReport(folder));
    assert.ok(error.message.includes(place) && error.message.includes(join(folder, 'smoke/smoke.json')), error.message);
    assert.match(error.hint, 'kiln smoke');
  }
});

test('the same goes for the report of an update run', async () => {
  const report = { schemaVersion: 1, bundleSha256: 'ab', finished: 'now', passed: true, from: ['1.0.0'] };
  const written = (document: unknown): string => folderWith('update/update.json', JSON.stringify(document));
  assert.equal(await readUpdateReport(written(report)), report);
  assert.is(await readUpdateReport(tempFolder()), undefined);
  for (const folder of [written(null), written({ ...report, passed: 'yes' }), folderWith('update/update.json', '')])
    assert.match((await caught('channel-invalid', () => readUpdateReport(folder))).message, 'update.json');
});

test.run();
