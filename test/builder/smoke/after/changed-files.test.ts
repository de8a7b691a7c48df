import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { changedFiles } from '../../../../src/builder/smoke/after/changed-files.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

async function tree(): Promise<string> {
  const folder = tempFolder();
  await mkdir(join(folder, 'EFI/debian'), { recursive: true });
  await writeFile(join(folder, 'EFI/debian/grubenv'), 'a');
  await writeFile(join(folder, 'EFI/debian/grub.cfg'), 'b');
  return folder;
}

test('equal trees have no changed file, whatever the times', async () => {
  assert.equal(await changedFiles(await tree(), await tree()), []);
});

test('changed, added and removed files are named by path', async () => {
  const [before, after] = [await tree(), await tree()];
  await writeFile(join(after, 'EFI/debian/grubenv'), 'c');
  await writeFile(join(after, 'new'), '');
  await mkdir(join(after, 'folder'));
  await rm(join(after, 'EFI/debian/grub.cfg'));
  assert.equal(await changedFiles(before, after), ['EFI/debian/grub.cfg', 'EFI/debian/grubenv', 'folder', 'new']);
});

test.run();
