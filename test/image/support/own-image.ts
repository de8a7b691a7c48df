import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../../support/source-files.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/**
 * A copy of images/minimal with a provisioner of its own, run after all of Kiln's.
 * @param script what its run.sh does; none without it
 * @param edit changes the recipe's text
 * @returns the image's folder
 */
export function ownImage(script: string | undefined, edit: (recipe: string) => string = (text) => text): string {
  const folder = tempFolder();
  const recipe = readFileSync(join(repositoryRoot, 'images/minimal/image.yaml'), 'utf8');
  const named = script === undefined ? recipe : recipe.replace(/^provisioners: .*$/m, 'provisioners: [50-own]');
  writeFileSync(join(folder, 'image.yaml'), edit(named));
  if (script === undefined) return folder;
  mkdirSync(join(folder, '50-own'));
  writeFileSync(join(folder, '50-own/run.sh'), `#!/bin/sh\n# SUMMARY: Made for a test.\nset -eu\n${script}\n`);
  chmodSync(join(folder, '50-own/run.sh'), 0o755);
  return folder;
}
