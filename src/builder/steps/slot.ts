import { rm, stat, truncate, writeFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import type { Context } from '../context.ts';
import { KilnError } from '../errors.ts';
import { asTreeOwner } from '../exec/rootless.ts';
import { inToolTree, toolTreeEnvironment } from '../exec/tool-tree.ts';
import { stableGuid } from '../plan/disk-layout.ts';
import { formatSize } from '../recipe/size.ts';

const LIMIT_SECONDS = 600;

export interface SlotInput {
  image: string;
  version: string;
  epoch: number;
  /** The sealed root tree. */
  treeDir: string;
  /** Unpacked tool tree. */
  toolTree: string;
  slotBytes: number;
  /** The slot image to write; a tar of the tree stands beside it meanwhile. */
  output: string;
  logFile: string;
}

/**
 * Makes the slot image: a read-only ext4 of exactly `slotBytes` that holds the tree. The same tree gives the same bytes,
 * whatever file system the tree lies on, because mke2fs is fed a sorted tar and clamps every time to the epoch.
 * @throws {KilnError} `slot-too-small`
 */
export async function makeSlot(ctx: Context, input: SlotInput): Promise<void> {
  const workDir = dirname(input.output);
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
    { purpose: 'collect the sealed tree', timeoutSeconds: LIMIT_SECONDS, logFile: input.logFile },
  );
  try {
    await writeFile(input.output, '');
    await truncate(input.output, input.slotBytes);
    await ctx.exec.run(inToolTree(input.toolTree, workDir, mkfsCommand(input, basename(tar))), {
      purpose: 'make the slot image',
      timeoutSeconds: LIMIT_SECONDS,
      env: toolTreeEnvironment(input.epoch),
      logFile: input.logFile,
    });
  } catch (error) {
    if (error instanceof KilnError && /Could not allocate|No space left|not enough space/i.test(error.message)) {
      const { size } = await stat(tar);
      throw new KilnError({
        code: 'slot-too-small',
        message: `the root tree (${formatSize(size)}) does not fit into a slot of ${formatSize(input.slotBytes)}`,
        hint: 'Raise disk.slot in the recipe, or take packages out.',
        cause: error,
      });
    }
    throw error;
  } finally {
    await rm(tar, { force: true });
  }
}

function mkfsCommand(input: SlotInput, tarName: string): string[] {
  const uuid = stableGuid(`${input.image}/${input.version}/slot`).toLowerCase();
  // No journal: the file system is never written in place. The features left out are those that GRUB does not know or
  // that serve only a file system that grows.
  const features = '^has_journal,^orphan_file,^metadata_csum_seed,^resize_inode';
  return [
    'mkfs.ext4',
    ...['-q', '-F', '-L', 'root', '-m', '0', '-O', features],
    ...['-U', uuid, '-E', `hash_seed=${uuid},root_owner=0:0`],
    ...['-d', `/work/${tarName}`, `/work/${basename(input.output)}`],
  ];
}
