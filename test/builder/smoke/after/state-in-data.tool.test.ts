import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../../src/builder/exec/run.ts';
import type { Gpt } from '../../../../src/builder/formats/gpt.ts';
import type { Remains } from '../../../../src/builder/smoke/after/after-check.ts';
import { stateInData } from '../../../../src/builder/smoke/after/state-in-data.ts';
import type { BlockNode } from '../../../../src/builder/smoke/open/opened-disk.ts';
import { createOverlay } from '../../../../src/builder/tools/qemu-disk.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const exec = createExec(new AbortController().signal);
const MIB = 2 ** 20;
const ESP_AT = 2 * MIB;
const ESP_BYTES = 4 * MIB;

const partition = (number: number, label: string, start: number, length: number) => ({
  number,
  label,
  type: '',
  guid: '',
  start,
  length,
});
const gpt: Gpt = {
  alternate: 0,
  partitions: [
    partition(1, 'bios', MIB, MIB),
    partition(2, 'esp', ESP_AT, ESP_BYTES),
    partition(3, 'root-a', 6 * MIB, MIB),
    partition(4, 'root-b', 7 * MIB, MIB),
    partition(5, 'data', 8 * MIB, 7 * MIB),
  ],
};

const run = (argv: [string, ...string[]], input = '') =>
  exec.run(argv, { purpose: 'make a sample', timeoutSeconds: 60, input, env: { MTOOLS_SKIP_CHECK: '1' } });

/** A disk of 16 MiB whose ESP holds a loader and the boot choice, and an untouched overlay on it. */
async function shipped(): Promise<{ remains: Remains; esp: string }> {
  const folder = tempFolder();
  const [esp, raw, overlay] = [join(folder, 'esp'), join(folder, 'raw'), join(folder, 'overlay')];
  await writeFile(esp, Buffer.alloc(ESP_BYTES));
  await run(['mkfs.vfat', esp]);
  for (const name of ['EFI', 'EFI/debian']) await run(['mmd', '-i', esp, `::/${name}`]);
  for (const name of ['grubenv', 'grub.cfg']) await run(['mcopy', '-i', esp, '-', `::/EFI/debian/${name}`], name);
  const file = await open(raw, 'w');
  await file.truncate(16 * MIB);
  await file.write(await readFile(esp), 0, ESP_BYTES, ESP_AT);
  await file.close();
  const before: BlockNode = { driver: 'raw', file: { driver: 'file', filename: raw } };
  await createOverlay(exec, { block: before, driver: 'raw' }, overlay, 20 * MIB);
  return { remains: { exec, before, overlay, gpt, scratch: folder }, esp };
}

const write = (overlay: string, command: string) => run(['qemu-io', '-f', 'qcow2', '-c', command, overlay]);

/** The guest mounts the ESP and puts a file there. */
async function putOnEsp({ remains, esp }: Awaited<ReturnType<typeof shipped>>, name: string): Promise<void> {
  await run(['mcopy', '-o', '-i', esp, '-', `::/EFI/debian/${name}`], 'changed');
  await write(remains.overlay, `write -s ${esp} ${ESP_AT} ${ESP_BYTES}`);
}

test('a guest that wrote to data, behind it and to the boot choice passes', async () => {
  const disk = await shipped();
  for (const at of [0, 8 * MIB, 15 * MIB, 19 * MIB]) await write(disk.remains.overlay, `write -P 1 ${at} 64k`);
  await putOnEsp(disk, 'grubenv');
  const { passed, detail } = await stateInData.run(disk.remains);
  assert.equal([passed, detail], [true, 'data, and EFI/debian/grubenv on the ESP']);
});

test('a guest that wrote to a slot fails, with partition and offset', async () => {
  const { remains } = await shipped();
  await write(remains.overlay, `write -P 1 ${6 * MIB + 65_536} 512`);
  const { passed, detail } = await stateInData.run(remains);
  assert.is(passed, false);
  assert.match(detail, `root-a: 65536 bytes at offset ${6 * MIB + 65_536}`);
});

test('another file changed or added on the ESP fails, with its path', async () => {
  for (const name of ['grub.cfg', 'new.cfg']) {
    const disk = await shipped();
    await putOnEsp(disk, name);
    const { passed, detail } = await stateInData.run(disk.remains);
    assert.is(passed, false);
    assert.match(detail, `EFI/debian/${name}`);
  }
});

test.run();
