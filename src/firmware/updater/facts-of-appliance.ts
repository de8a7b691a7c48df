import { readFile, stat, statfs } from 'node:fs/promises';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { type SlotName, slotNames } from '../../contract/updates/state.ts';
import { readIdentity } from '../platform/identity.ts';
import type { Places } from '../platform/places.ts';
import { readReceipts } from './receipts.ts';
import type { Facts } from './rules/facts.ts';
import type { BootChoice } from './slots/boot-choice.ts';
import type { SlotRecords } from './slots/slot-records.ts';

/** What stays as it is during a start. */
export type Standing = Pick<Facts, 'applianceId' | 'image' | 'running' | 'bootId'>;

/**
 * Reads what stays as it is during a start.
 * @throws {Error} where there are no slots: a disk that is write-protected, a machine that is no appliance
 */
export async function readStanding({ root }: Places): Promise<Standing> {
  const { image, version, slot } = await readIdentity(root);
  const running = slotNames.find((one) => one === slot);
  if (running === undefined) throw new Error('this start knows no slots: nothing can be updated');
  return {
    applianceId: (await readFile(join(root, 'etc/machine-id'), 'utf8')).trim(),
    image,
    // Every file of an image has the time it was made for, or an earlier one.
    running: { version, slot: running, built: (await stat(join(root, 'usr/lib/os-release'))).mtime },
    bootId: (await readFile(join(root, 'proc/sys/kernel/random/boot_id'), 'utf8')).trim(),
  };
}

/**
 * What changes while it runs, but for what the agent tells.
 * @param choice what the boot loader knows
 */
export async function readChanging(
  { updates }: Places,
  { running }: Standing,
  records: SlotRecords,
  choice: BootChoice,
): Promise<Pick<Facts, 'other' | 'tries' | 'timeZone' | 'freeBytes' | 'uptimeSeconds' | 'receipts'>> {
  const [versions, space, receipts] = await Promise.all([records.versions(), statfs(updates), readReceipts(updates)]);
  const other: SlotName = running.slot === 'A' ? 'B' : 'A';
  return {
    other: choice.holds[other] ? versions[other] : null,
    tries: choice.tries,
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    freeBytes: space.bavail * space.bsize,
    uptimeSeconds: uptime(),
    receipts,
  };
}
