import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { extractFat } from '../../tools/mtools-read.ts';
import { copyRange, readMap } from '../../tools/qemu-disk.ts';
import { type AfterCheck, overlayNode, type Remains } from './after-check.ts';
import { changedFiles } from './changed-files.ts';
import { describeStray, strayWrites } from './written.ts';

/** The boot choice, which loader and system both write. */
const bootEnvironment = join('EFI', 'debian', 'grubenv');
const MAX_NAMED = 5;

export const stateInData: AfterCheck = {
  id: 'state-in-data',
  title: 'nothing was written outside the data partition but the boot choice',
  async run(remains) {
    const map = await readMap(remains.exec, remains.overlay);
    const strays = strayWrites(map, remains.gpt, ['esp']);
    if (strays.length > 0) {
      const named = strays.slice(0, MAX_NAMED).map(describeStray);
      const more = strays.length > MAX_NAMED ? [`and ${strays.length - MAX_NAMED} more`] : [];
      return { passed: false, detail: ['written outside the data partition:', ...named, ...more].join('\n') };
    }
    const changed = await changedOnEsp(remains);
    const extra = changed.filter((path) => path !== bootEnvironment);
    if (extra.length > 0) return { passed: false, detail: `changed on the EFI system partition: ${extra.join(', ')}` };
    return { passed: true, detail: changed.length === 0 ? 'only data' : `data, and ${changed.join(', ')} on the ESP` };
  },
};

/** A mounted FAT is written in other places too (its dirty mark, free counts, times), so files are compared. */
async function changedOnEsp(remains: Remains): Promise<string[]> {
  const esp = remains.gpt.partitions.find((partition) => partition.label === 'esp');
  if (esp === undefined) throw new Error('the partition table has no esp');
  const read = async (name: string, block: object): Promise<string> => {
    const folder = join(remains.scratch, `esp-${name}`);
    await mkdir(folder);
    const image = join(folder, 'esp.img');
    await copyRange(remains.exec, block, esp, image);
    await extractFat(remains.exec, image, join(folder, 'files'));
    return join(folder, 'files');
  };
  return changedFiles(await read('before', remains.before), await read('after', overlayNode(remains)));
}
