import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ReceiptError } from '../../../src/contract/updates/receipt.ts';
import type { Imported } from '../../../src/firmware/updater/appliance.ts';
import { CarriedBundles } from '../../../src/firmware/updater/carried-bundles.ts';
import { carryOver } from '../../../src/firmware/updater/carry-over.ts';
import { ChannelError } from '../../../src/firmware/updater/channel/channel-error.ts';
import { readReceipts } from '../../../src/firmware/updater/receipts.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { TufChannel } from '../../support/tuf-channel.ts';
import { facts, HASH, offer, receipt, testAppliance } from './sample.ts';

const bundle = randomBytes(3 * 2 ** 20);
const sha256 = createHash('sha256').update(bundle).digest('hex');
const { bytes: _, ...said } = { ...offer, version: '1.3.0' };

/** A disc with a channel, and an appliance beside it. */
function disc() {
  const channel = new TufChannel();
  const folder = tempFolder();
  const at = join(folder, 'disc');
  const target = { length: bundle.length, sha256, custom: JSON.parse(JSON.stringify(said)) };
  for (const [path, text] of channel.files({ targets: 3, snapshot: 3, timestamp: 3, target })) {
    mkdirSync(join(at, 'metadata'), { recursive: true });
    writeFileSync(join(at, path), text);
  }
  mkdirSync(join(at, 'targets'));
  const file = join(at, 'targets', `${sha256}.reference-1.3.0.raucb`);
  writeFileSync(file, bundle);
  const updates = join(folder, 'updates');
  const scratch = join(folder, 'run');
  for (const one of [updates, scratch]) mkdirSync(one);
  const carried = new CarriedBundles(updates);
  const take = (path = at, builtInRoot = channel.root): Promise<Imported> =>
    carryOver(
      path,
      { channelPlaces: { updates, scratch }, builtInRoot, carried, standing: facts, tell: () => undefined },
      () => undefined,
    );
  return { at, file, folder, updates, carried, take };
}

async function refused(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it was taken');
}

test('the newest bundle of a disc is kept, and the disc can go', async () => {
  const { at, carried, take } = disc();
  const found = await take();
  assert.is(found.kind, 'channel');
  assert.equal(found.kind === 'channel' && found.bundles, ['1.3.0']);
  rmSync(at, { recursive: true });
  const path = await carried.find(HASH);
  assert.ok(path !== undefined && readFileSync(path).equals(bundle));
  await carried.forget(HASH);
  assert.is(await carried.find(HASH), path);
  await carried.forget(null);
  assert.is(await carried.find(HASH), undefined);
});

test('a bundle that was cut short, changed or is a link is not kept, and nothing of it is left', async () => {
  const harms: readonly ((file: string, folder: string) => void)[] = [
    (file) => writeFileSync(file, bundle.subarray(0, -1)),
    (file) => writeFileSync(file, Buffer.concat([bundle, Buffer.from('x')])),
    (file) =>
      writeFileSync(
        file,
        Buffer.concat([bundle.subarray(0, 9), Buffer.from([(bundle[9] ?? 0) ^ 1]), bundle.subarray(10)]),
      ),
  ];
  for (const harm of harms) {
    const { file, folder, updates, carried, take } = disc();
    harm(file, folder);
    const error = await refused(take());
    assert.match(error.message, 'is not the file that the channel names');
    assert.is(await carried.find(HASH), undefined);
    assert.equal(readdirSync(join(updates, 'bundles')), []);
  }
  const { file, folder, take } = disc();
  rmSync(file);
  writeFileSync(join(folder, 'elsewhere'), bundle);
  symlinkSync(join(folder, 'elsewhere'), file);
  const found = await take();
  assert.equal(found.kind === 'channel' && found.bundles, []);
});

test('a channel that another root signed is refused, and so is any by an image that trusts none', async () => {
  for (const root of [new TufChannel().root, '']) {
    const { take, at, carried } = disc();
    const error = await refused(take(at, root));
    assert.ok(error instanceof ChannelError && error.fault === 'unsigned', String(error));
    assert.is(await carried.find(HASH), undefined);
  }
});

test('a receipt is kept; what is none is refused', async () => {
  const { folder, updates, take } = disc();
  const path = join(folder, 'receipt.json');
  writeFileSync(path, JSON.stringify(testAppliance().sign(receipt)));
  assert.equal(await take(path, ''), { kind: 'receipt', appliance: 'test-1', version: '1.1.0' });
  assert.is((await readReceipts(updates)).length, 1);
  writeFileSync(path, '{}');
  const error = await refused(take(path));
  assert.instance(error, ReceiptError);
  assert.is((await readReceipts(updates)).length, 1);
});

test('a volume is mounted to be read, and taken away whatever comes of it', async () => {
  const { folder, take } = disc();
  // No file system: mount(8) refuses it, and nothing is left mounted. A disc is read in test/image/update.image.test.ts.
  const file = join(folder, 'volume.iso');
  writeFileSync(file, Buffer.alloc(2 ** 16));
  const error = await refused(take(file));
  assert.match(error.message, 'mount ended with');
  assert.not.match(readFileSync('/proc/mounts', 'utf8'), folder);
  assert.match((await refused(take('/dev/null'))).message, 'is no folder, file or disk');
});

test.run();
