import { join } from 'node:path';
import { readGpt } from '../../formats/gpt.ts';
import { virtualSize } from '../../tools/qemu-disk.ts';
import { type AfterCheck, overlayNode } from './after-check.ts';
import { readHead } from './read-head.ts';

const SECTOR_BYTES = 512;
/** The protective MBR's boot code; the rest of the sector is the table of partitions. */
const BOOT_CODE_BYTES = 440;

export const tableMoved: AfterCheck = {
  id: 'table-moved',
  title: 'the partition table is valid, its backup at the end of the larger disk, the boot code untouched',
  async run(remains) {
    const { exec, scratch, before } = remains;
    const overlay = overlayNode(remains);
    const old = await readHead(exec, before, join(scratch, 'head-before'));
    const head = await readHead(exec, overlay, join(scratch, 'head-after'));
    if (!head.subarray(0, BOOT_CODE_BYTES).equals(old.subarray(0, BOOT_CODE_BYTES))) {
      return { passed: false, detail: 'the boot code in the first sector was changed' };
    }
    const last = (await virtualSize(exec, overlay)) - SECTOR_BYTES;
    const { alternate } = readGpt(head);
    return { passed: alternate === last, detail: `backup table at ${alternate}, last sector at ${last}` };
  },
};
