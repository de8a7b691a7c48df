import { rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Context } from '../context.ts';
import { KilnError } from '../errors.ts';
import { asTreeOwner } from '../exec/rootless.ts';
import { inToolTree, toolTreeEnvironment } from '../exec/tool-tree.ts';
import { stableGuid } from '../plan/disk-layout.ts';
import { formatSize } from '../recipe/size.ts';

const LIMIT_SECONDS = 600;

interface TreeInput {
  epoch: number;
  /** The tree to put into the file system. */
  treeDir: string;
  /** Unpacked tool tree. */
  toolTree: string;
  /** The image to write; a tar of the tree stands beside it meanwhile. */
  output: string;
  logFile: string;
}

export interface SlotInput extends TreeInput {
  image: string;
  version: string;
  slotBytes: number;
}

/**
 * Makes the slot image: a read-only ext4 of exactly `slotBytes` that holds the tree. The same tree gives the same bytes,
 * whatever file system the tree lies on, because mke2fs is fed a sorted tar and clamps every time to the epoch.
 * @throws {KilnError} `slot-too-small`
 */
export async function makeSlot(ctx: Context, input: SlotInput): Promise<void> {
  const uuid = stableGuid(`${input.image}/${input.version}/slot`).toLowerCase();
  await makeExt4(ctx, input, {
    bytes: input.slotBytes,
    label: 'root',
    // No journal: the file system is never written in place. The features left out are those that GRUB does not know
    // or that serve only a file system that grows.
    options: [
      '-m',
      '0',
      '-O',
      '^has_journal,^orphan_file,^metadata_csum_seed,^resize_inode',
      '-U',
      uuid,
      '-E',
      `hash_seed=${uuid}`,
    ],
  });
}

/** Makes the disk of the build VM: one ext4 with the base tree, found by its label, written to and thrown away. */
export async function makeBuildDisk(ctx: Context, input: TreeInput & { bytes: number }): Promise<void> {
  await makeExt4(ctx, input, { bytes: input.bytes, label: 'build', options: [] });
}

async function makeExt4(
  ctx: Context,
  input: TreeInput,
  fs: { bytes: number; label: string; options: readonly string[] },
): Promise<void> {
  const tar = `${input.output}.tar`;
  await ctx.exec.run(
    asTreeOwner([
      'tar',
      '--sort=name',
      '--numeric-owner',
      '--format=posix',
      '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime',
      '--xattrs',
      '--xattrs-include=*',
      `--directory=${input.treeDir}`,
      '-cf',
      tar,
      '.',
    ]),
    { purpose: 'collect the tree', timeoutSeconds: LIMIT_SECONDS, logFile: input.logFile },
  );
  try {
    await writeFile(input.output, '');
    await truncate(input.output, fs.bytes);
    const files = ['-d', `/work/${basename(tar)}`, `/work/${basename(input.output)}`];
    const mkfs = ['mkfs.ext4', '-q', '-F', '-L', fs.label, ...fs.options, ...files];
    await ctx.exec.run(inToolTree(input.toolTree, dirname(input.output), mkfs), {
      purpose: `make the file system ${fs.label}`,
      timeoutSeconds: LIMIT_SECONDS,
      env: toolTreeEnvironment(input.epoch),
      logFile: input.logFile,
    });
  } catch (error) {
    if (
      error instanceof KilnError &&
      error.code === 'tool-failed' &&
      /Could not allocate|not enough space/i.test(error.message)
    ) {
      const { size } = await stat(tar);
      throw new KilnError({
        code: 'slot-too-small',
        message: `the root tree (${formatSize(size)}) does not fit into a slot of ${formatSize(fs.bytes)}`,
        hint: 'Raise disk.slot in the recipe, or take packages out.',
        cause: error,
      });
    }
    throw error;
  } finally {
    await rm(tar, { force: true });
  }
}
