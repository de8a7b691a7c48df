import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { dropUnverified, recordVerified } from '../../../src/builder/cache/deb-folder.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A folder with two packages that apt has verified. */
async function verifiedFolder(): Promise<string> {
  const folder = tempFolder();
  writeFileSync(join(folder, 'a_1_amd64.deb'), 'aaaa');
  writeFileSync(join(folder, 'b_1_all.deb'), 'bbbb');
  await recordVerified(folder);
  return folder;
}
const debs = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.deb'))
    .sort();

test('what apt verified stays, again and again', async () => {
  const folder = await verifiedFolder();
  for (let round = 0; round < 2; round += 1) {
    assert.equal(await dropUnverified(folder), []);
    assert.equal(debs(folder), ['a_1_amd64.deb', 'b_1_all.deb']);
    await recordVerified(folder);
  }
});

test('a package changed on the disk is removed and named, even at the same size', async () => {
  const folder = await verifiedFolder();
  writeFileSync(join(folder, 'a_1_amd64.deb'), 'aaab');
  assert.equal(await dropUnverified(folder), ['a_1_amd64.deb']);
  assert.equal(debs(folder), ['b_1_all.deb']);
});

test('a truncated package is removed', async () => {
  const folder = await verifiedFolder();
  writeFileSync(join(folder, 'b_1_all.deb'), '');
  assert.equal(await dropUnverified(folder), ['b_1_all.deb']);
});

test('a package of a run that was killed goes without a word', async () => {
  const folder = await verifiedFolder();
  writeFileSync(join(folder, 'c_1_all.deb'), 'half');
  assert.equal(await dropUnverified(folder), []);
  assert.equal(debs(folder), ['a_1_amd64.deb', 'b_1_all.deb']);
});

test('with a damaged index nothing counts as verified', async () => {
  for (const damage of ['', '{', 'null', '"text"', '[]']) {
    const folder = await verifiedFolder();
    writeFileSync(join(folder, 'index.json'), damage);
    assert.equal(await dropUnverified(folder), []);
    assert.equal(debs(folder), []);
  }
});

test('a package that was fetched anew with other content is the verified one', async () => {
  const folder = await verifiedFolder();
  writeFileSync(join(folder, 'a_1_amd64.deb'), 'damaged');
  await dropUnverified(folder);
  writeFileSync(join(folder, 'a_1_amd64.deb'), 'built again by the mirror');
  await recordVerified(folder);
  assert.equal(await dropUnverified(folder), []);
  assert.ok(existsSync(join(folder, 'a_1_amd64.deb')));
});

test('a folder that is not there is made, and other files in it are left alone', async () => {
  const folder = join(tempFolder(), 'debs/trixie');
  assert.equal(await dropUnverified(folder), []);
  writeFileSync(join(folder, 'lock'), 'keep');
  await recordVerified(folder);
  await dropUnverified(folder);
  assert.is(readFileSync(join(folder, 'lock'), 'utf8'), 'keep');
  assert.equal(readdirSync(folder).sort(), ['index.json', 'lock']);
});

test.run();
