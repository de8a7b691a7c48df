import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../exec/run.ts';
import { type Gpt, readGpt } from '../formats/gpt.ts';
import { createOverlay, virtualSize } from '../tools/qemu-disk.ts';
import { readHead } from './after/read-head.ts';
import { guestFiles } from './guest/arguments.ts';
import type { Hardware } from './guest/hardware.ts';
import { makeSeed } from './guest/seed.ts';
import type { OpenedDisk } from './open/opened-disk.ts';
import type { PlatformProfile } from './profiles/profile.ts';
import type { ListedArtifact } from './release-folder.ts';

/** Everything a guest needs before its power-on. */
export interface PreparedGuest {
  readonly disk: OpenedDisk;
  readonly hardware: Hardware;
  /** The partition table as shipped. */
  readonly gpt: Gpt;
  readonly hostname: string;
  /** Holds the files QEMU is started with. */
  readonly folder: string;
  /** The overlay, absolute. */
  readonly overlay: string;
}

/** The guest's disk is that much larger than the artifact's, as after a customer enlarged it. */
const GROWTH_BYTES = 4 * 2 ** 30;

export interface PrepareInput {
  readonly exec: Exec;
  readonly artifact: ListedArtifact;
  readonly profile: PlatformProfile;
  readonly disk: OpenedDisk;
  /** New folder of the guest. */
  readonly folder: string;
  readonly hostname: string;
  readonly publicKey: string;
}

/** @throws {Error} when the disk is not what release.json or the artifact's own descriptor says */
export async function prepareGuest(input: PrepareInput): Promise<PreparedGuest> {
  const { exec, artifact, disk, folder, hostname } = input;
  const hardware = input.profile.hardware(disk.machine);
  await mkdir(folder, { recursive: true });
  const size = await virtualSize(exec, disk.block);
  if (size !== artifact.virtualSizeBytes) {
    throw new Error(`the disk has ${size} bytes; release.json says ${artifact.virtualSizeBytes}`);
  }
  if (disk.statedBytes !== undefined && disk.statedBytes !== size) {
    throw new Error(`the disk has ${size} bytes; the OVF descriptor says ${disk.statedBytes}`);
  }
  const gpt = readGpt(await readHead(exec, disk.block, join(folder, 'head-shipped')));
  const overlay = join(folder, guestFiles.disk);
  await createOverlay(exec, { block: disk.block, driver: disk.block.driver }, overlay, size + GROWTH_BYTES);
  await makeSeed(exec, folder, join(folder, guestFiles.seed), { hostname, publicKey: input.publicKey });
  return { disk, hardware, gpt, hostname, folder, overlay };
}

/**
 * What tells whether a file was written to: identity, length, and times that no ordinary write leaves alone.
 */
export async function fileState(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs].join(' ');
}
