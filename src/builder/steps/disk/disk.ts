import { truncate, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Context } from '../../context.ts';
import { inToolTree, toolTreeEnvironment } from '../../exec/tool-tree.ts';
import { type DiskLayout, type Partition, sfdiskScript, stableGuid } from '../../plan/disk-layout.ts';
import { writeBiosLoader } from './bios.ts';
import { makeEsp } from './esp.ts';

export interface DiskInput {
  image: string;
  epoch: number;
  layout: DiskLayout;
  /** The slot image; it becomes root-a. root-b stays empty. */
  slotImage: string;
  toolTree: string;
  workDir: string;
  /** The raw disk to write. */
  output: string;
  logFile: string;
}

/**
 * Assembles the golden disk from its partitions by writing bytes at offsets: no loop device, no mount, no privilege.
 * The file is sparse; the same inputs give the same bytes.
 */
export async function makeDisk(ctx: Context, input: DiskInput): Promise<void> {
  const { layout } = input;
  await writeFile(input.output, '');
  await truncate(input.output, layout.sizeBytes);
  await ctx.exec.run(['sfdisk', '--quiet', '--no-reread', '--no-tell-kernel', input.output], {
    purpose: 'write the partition table',
    timeoutSeconds: 60,
    input: sfdiskScript(layout),
    logFile: input.logFile,
  });
  await writeBiosLoader(ctx, { ...input, disk: input.output });
  await place(ctx, input, layout.partitions.esp, await makeEsp(ctx, input));
  await place(ctx, input, layout.partitions['root-a'], input.slotImage);
  await place(ctx, input, layout.partitions.data, await makeData(ctx, input));
}

/** The data partition: an ext4 with a journal, small until the first boot grows it. */
async function makeData(ctx: Context, input: DiskInput): Promise<string> {
  const image = join(input.workDir, 'data.img');
  const uuid = stableGuid(`${input.image}/data`).toLowerCase();
  await writeFile(image, '');
  await truncate(image, input.layout.partitions.data.length);
  await ctx.exec.run(
    inToolTree(input.toolTree, input.workDir, [
      ...['mkfs.ext4', '-q', '-F', '-L', 'data', '-m', '1', '-U', uuid],
      ...['-E', `hash_seed=${uuid},root_owner=0:0`, `/work/${basename(image)}`],
    ]),
    {
      purpose: 'make the data partition',
      timeoutSeconds: 120,
      env: toolTreeEnvironment(input.epoch),
      logFile: input.logFile,
    },
  );
  return image;
}

/** Copies a partition's image to its place; runs of zeros stay holes. */
async function place(ctx: Context, input: DiskInput, partition: Partition, image: string): Promise<void> {
  await ctx.exec.run(
    [
      'dd',
      `if=${image}`,
      `of=${input.output}`,
      'bs=64K',
      `seek=${partition.start}`,
      'oflag=seek_bytes',
      'conv=notrunc,sparse',
      'status=none',
    ],
    { purpose: `write partition ${partition.label}`, timeoutSeconds: 600, logFile: input.logFile },
  );
}
