import { chmodSync, lutimesSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokenRule } from './match.ts';
import { walk } from './walk.ts';

/**
 * Takes out of a tree all that belongs to the bake or to one machine alone, and clamps every time stamp.
 * Must run as the owner of the tree's files. Doing it twice changes nothing.
 * @param epoch seconds since 1970; no file of the sealed tree is younger
 * @returns how many entries were removed or emptied
 */
export function seal(tree: string, epoch: number): number {
  let touched = 0;
  for (const entry of walk(tree)) {
    const rule = brokenRule(entry);
    if (rule === undefined) continue;
    touched += 1;
    rmSync(join(tree, entry.path), { recursive: true, force: true });
    if (rule.action === 'empty') makeEmpty(join(tree, entry.path));
  }
  // An empty machine-id, and not a missing one: systemd then makes it at boot without taking it for a first boot
  // that would preset every unit.
  makeEmpty(join(tree, 'etc/machine-id'));
  clampTimes(tree, epoch);
  return touched;
}

/** A new file each time: one that is there may be read-only, or a link that leads out of the tree. */
function makeEmpty(path: string): void {
  rmSync(path, { force: true });
  writeFileSync(path, '');
  chmodSync(path, 0o444);
}

function clampTimes(tree: string, epoch: number): void {
  for (const { path, stat } of walk(tree)) {
    const time = Math.min(Math.floor(stat.mtimeMs / 1000), epoch);
    if (stat.mtimeMs !== time * 1000) lutimesSync(join(tree, path), time, time);
  }
  lutimesSync(tree, epoch, epoch);
}
