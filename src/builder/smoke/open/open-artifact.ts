import { join } from 'node:path';
import { KilnError } from '../../errors.ts';
import type { Exec } from '../../exec/run.ts';
import type { ArtifactKind } from '../../names.ts';
import { extractOnlyMember } from '../../tools/gnu-tar.ts';
import { decompressZstd } from '../../tools/zstd.ts';
import type { BlockNode, OpenedDisk } from './opened-disk.ts';
import { openOva } from './ova.ts';

interface OpenJob {
  readonly exec: Exec;
  /** The artifact, absolute. */
  readonly path: string;
  /** Where a disk goes that QEMU can not read inside its wrapping. */
  readonly scratch: string;
}

const openers: Readonly<Record<ArtifactKind, (job: OpenJob) => Promise<OpenedDisk>>> = {
  vmware: openAppliance,
  desktop: openAppliance,
  hyperv: async ({ path }) => ({ block: { driver: 'vhdx', file: file(path) } }),
  // Azure takes the footer's current size for the disk's; the CHS geometry beside it is rounded.
  azure: async ({ path }) => ({ block: { driver: 'vpc', force_size_calc: 'current_size', file: file(path) } }),
  aws: async ({ exec, path, scratch }) => {
    const raw = join(scratch, 'disk.raw');
    await decompressZstd(exec, path, raw);
    return { block: { driver: 'raw', file: file(raw) } };
  },
  gce: async ({ exec, path, scratch }) => {
    await extractOnlyMember(exec, path, 'disk.raw', scratch);
    return { block: { driver: 'raw', file: file(join(scratch, 'disk.raw')) } };
  },
  kvm: async ({ path }) => ({ block: { driver: 'qcow2', file: file(path) } }),
};

/**
 * Opens an artifact the way its platform would, without changing it.
 * @throws {KilnError} `release-invalid` when the platform could not open it
 */
export async function openArtifact(kind: ArtifactKind, job: OpenJob): Promise<OpenedDisk> {
  try {
    return await openers[kind](job);
  } catch (error) {
    if (!(error instanceof KilnError) || error.code !== 'tool-failed') throw error;
    throw new KilnError({
      code: 'release-invalid',
      message: `${job.path} can not be unpacked: ${error.message}`,
      hint: 'Bake the release again.',
      cause: error,
    });
  }
}

async function openAppliance({ exec, path }: OpenJob): Promise<OpenedDisk> {
  const { descriptor, vmdk } = await openOva(path, exec.signal);
  const member: BlockNode = { driver: 'raw', offset: vmdk.offset, size: vmdk.sizeBytes, file: file(path) };
  return {
    block: { driver: 'vmdk', file: member },
    machine: descriptor.machine,
    statedBytes: descriptor.disk.capacityBytes,
  };
}

function file(filename: string): BlockNode {
  return { driver: 'file', filename };
}
