import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { artifactKinds, releaseStem } from '../../src/builder/names.ts';
import { fileSystemDrivers, platformDrivers } from '../../src/builder/plan/platform-drivers.ts';
import { loadRecipe } from '../../src/builder/recipe/load.ts';
import { repositoryRoot } from '../support/source-files.ts';
import { goldenDisk } from './support/golden-disk.ts';
import { initramfsNames } from './support/initramfs.ts';
import { moduleName, readModules } from './support/kernel-modules.ts';
import { bakedRelease } from './support/release.ts';

const { name, version } = await loadRecipe(join(repositoryRoot, 'images/reference'), {});
const disk = await goldenDisk(await bakedRelease('reference'), releaseStem(name, version));
const folder = await disk.fromSlot('/usr/lib/modules');
const modules = readModules(folder);
const early = await initramfsNames(await disk.fromSlot(`/boot/initrd.img-${modules.version}`));
const earlyModules = new Set(early.filter((path) => /\.ko(\.\w+)?$/.test(path)).map(moduleName));

const absent = (names: readonly string[]): string[] =>
  names.filter((module) => !modules.loadable.has(module) && !modules.builtIn.has(module));
/** Of these and all they need, what an initramfs can not load. */
const notEarly = (names: readonly string[]): string[] =>
  names
    .flatMap((module) => [module, ...modules.needs(module)])
    .filter((module) => !earlyModules.has(module) && !modules.builtIn.has(module));

for (const kind of artifactKinds) {
  const { root, keyboard, network, accelerated = [], console } = platformDrivers[kind];
  test(`${kind}: every driver of root, keyboard, network card and console is in the tree`, () => {
    assert.equal(absent([...root, ...keyboard, ...network, ...accelerated, ...console]), []);
  });
  test(`${kind}: the initramfs finds the root, lets a person type and has the network card ready`, () => {
    assert.equal(notEarly([...root, ...keyboard, ...network]), []);
  });
}

test('the file systems of root and state are in the initramfs, those of the ESP and of seeds in the tree', () => {
  assert.equal(notEarly(fileSystemDrivers.root), []);
  assert.equal(absent(fileSystemDrivers.later), []);
});

test('an appliance can reach network shares, and filter and encrypt its network', () => {
  assert.equal(absent(['nfs', 'nfsv4', 'cifs', 'nf_tables', 'nft_ct', 'wireguard', 'bonding', '8021q']), []);
});

test('screens of the firmware and the serial port need no module', async () => {
  const config = readFileSync(await disk.fromSlot(`/boot/config-${modules.version}`), 'utf8').split('\n');
  for (const option of ['FB_EFI', 'FB_VESA', 'FRAMEBUFFER_CONSOLE', 'VT_CONSOLE', 'SERIAL_8250_CONSOLE']) {
    assert.ok(config.includes(`CONFIG_${option}=y`), option);
  }
});

test('what is left out is gone, and nothing that stayed needs it', () => {
  const list = readFileSync(join(repositoryRoot, 'provisioners/90-kernel/module-trees-left-out.txt'), 'utf8');
  for (const tree of list.split('\n').filter((line) => line !== '' && !line.startsWith('#'))) {
    assert.not.ok(existsSync(join(folder, modules.version, 'kernel', tree)), tree);
  }
  assert.equal(modules.missingFiles, []);
});

test('the initramfs has what lays state over the root', () => {
  for (const file of ['scripts/init-bottom/kiln-state', 'sbin/e2fsck', 'sbin/blkid']) {
    assert.ok(
      early.some((path) => path === file || path === `usr/${file}`),
      file,
    );
  }
});

test('a driver that is nowhere would be found missing', () => {
  assert.equal(absent(['no_such_driver', 'ext4']), ['no_such_driver']);
  assert.equal(notEarly(['vfat']).includes('vfat'), true);
  assert.ok(readdirSync(folder).length === 1);
});

test.run();
