import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../src/builder/exec/run.ts';
import { releaseStem } from '../../src/builder/names.ts';
import { diskLayout } from '../../src/builder/plan/disk-layout.ts';
import { loadRecipe } from '../../src/builder/recipe/load.ts';
import { freshBootEnvironment, grubConfiguration } from '../../src/builder/steps/disk/esp.ts';
import { caught } from '../support/caught.ts';
import { repositoryRoot } from '../support/source-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { goldenDisk } from './support/golden-disk.ts';
import { bakedRelease } from './support/release.ts';

const { run } = createExec(new AbortController().signal);
const { name, version, disk: sizes } = await loadRecipe(join(repositoryRoot, 'images/reference'), {});
const disk = await goldenDisk(await bakedRelease('reference'), releaseStem(name, version));
const libraries = await disk.fromSlot('/usr/lib/x86_64-linux-gnu');
const folder = tempFolder();

/** Runs a program of the appliance on the host, with the appliance's own libraries. */
async function appliance(program: string, ...args: string[]): Promise<string> {
  const loader = [join(libraries, 'ld-linux-x86-64.so.2'), '--library-path', libraries] as const;
  const { stdout } = await run([...loader, await disk.fromSlot(program), ...args], {
    purpose: `run ${program} of the appliance`,
    timeoutSeconds: 60,
  });
  return stdout;
}

test("the loader's configuration is the one of this image, and GRUB can read it", async () => {
  const text = await disk.fromEsp('EFI/debian/grub.cfg');
  assert.is(text.toString(), await grubConfiguration(name, diskLayout(name, sizes.sizeBytes, sizes.slotBytes)));
  const file = join(folder, 'grub.cfg');
  await writeFile(file, text);
  await appliance('/usr/bin/grub-script-check', file);
  await writeFile(file, text.toString().replace(/^done$/m, ''));
  await caught('tool-failed', () => appliance('/usr/bin/grub-script-check', file));
});

test("the appliance's grub-editenv reads the boot choice, and can tell that a slot came up", async () => {
  const file = join(folder, 'grubenv');
  await writeFile(file, await disk.fromEsp('EFI/debian/grubenv'));
  const expected = Object.entries(freshBootEnvironment).map(([key, value]) => `${key}=${value}\n`);
  assert.is(await appliance('/usr/bin/grub-editenv', file, 'list'), expected.join(''));
  await appliance('/usr/bin/grub-editenv', file, 'set', 'A_OK=1', 'A_TRY=0');
  assert.is(await appliance('/usr/bin/grub-editenv', file, 'list'), expected.join(''));
});

test('the signed loaders are where firmware without a memory looks for them', async () => {
  for (const file of ['BOOT/BOOTX64.EFI', 'BOOT/grubx64.efi', 'debian/shimx64.efi', 'debian/grubx64.efi']) {
    assert.is((await disk.fromEsp(`EFI/${file}`)).toString('latin1', 0, 2), 'MZ', file);
  }
  assert.equal(await disk.fromEsp('EFI/BOOT/BOOTX64.EFI'), await disk.fromEsp('EFI/debian/shimx64.efi'));
});

test.run();
