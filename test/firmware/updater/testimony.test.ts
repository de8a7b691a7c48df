import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isSigned, testedFirstRefusal } from '../../../src/firmware/updater/rules/tested-first.ts';
import { noteKept, testify } from '../../../src/firmware/updater/testimony.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { HASH, NOW, offer, sample, stateIn } from './sample.ts';

const about = { appliance: 'test-1', image: offer.image, version: offer.version };
const committed = new Date(NOW.getTime() - 10 * 86_400_000).toISOString();

test('a test appliance testifies to what it kept, and a production appliance that knows its key takes it', async () => {
  const updates = tempFolder();
  assert.is(await testify(updates, about, NOW), undefined);
  await noteKept(updates, { version: offer.version, manifestHash: HASH, committed });
  const testimony = await testify(updates, about, NOW);
  assert.ok(testimony !== undefined && isSigned(testimony.signed, testimony.publicKey));
  const testedFirst = { appliance: 'test-1', days: 7, publicKey: testimony.publicKey };
  const situation = (days: number, receipts = [testimony.signed]) =>
    sample(stateIn('scheduled'), { updates: { testedFirst: { ...testedFirst, days } }, facts: { receipts } });
  const refusalAfter = (days: number) => testedFirstRefusal({ ...offer }, situation(days))?.rule;
  assert.is(refusalAfter(7), undefined);
  assert.is(refusalAfter(11), 'tested-first-missing');
  // The same key the next time, for root alone.
  const again = await testify(updates, about, NOW);
  assert.is(again?.publicKey, testimony.publicKey);
  for (const name of readdirSync(updates)) assert.is(statSync(join(updates, name)).mode & 0o777, 0o600, name);
  assert.match(readFileSync(join(updates, 'receipts.key'), 'utf8'), 'PRIVATE KEY');
});

test('nothing is testified of a version that runs now and was not kept', async () => {
  const updates = tempFolder();
  await noteKept(updates, { version: '1.0.5', manifestHash: HASH, committed });
  assert.is(await testify(updates, about, NOW), undefined);
});

test.run();
