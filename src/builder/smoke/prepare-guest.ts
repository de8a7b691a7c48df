import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Exec } from '../exec/run.ts';
import { type Gpt, readGpt } from '../formats/gpt.ts';
import { createOverlay, virtualSize } from '../tools/qemu-disk.ts';
import { readHead } from './after/read-head.ts';
import type { Channel, OpenChannel } from './channels/channel.ts';
import { guestFiles, type Machine } from './guest/arguments.ts';
import type { OpenedDisk } from './open/opened-disk.ts';
import { type Row, rowName } from './row.ts';

/** Everything a guest needs before its power-on. Whoever prepares one closes its channel. */
export interface PreparedGuest {
  readonly disk: OpenedDisk;
  readonly machine: Machine;
  /** The partition table as shipped. */
  readonly gpt: Gpt;
  readonly hostname: string;
  readonly channel: Channel;
  readonly open: OpenChannel;
  /** Holds the files QEMU is started with. */
  readonly folder: string;
  /** The overlay, absolute. */
  readonly overlay: string;
}

/** The guest's disk is that much larger than the artifact's, as after a customer enlarged it. */
const GROWTH_BYTES = 4 * 2 ** 30;

export interface PrepareInput {
  readonly exec: Exec;
  readonly row: Row;
  readonly disk: OpenedDisk;
  /** New folder of the guest. */
  readonly folder: string;
  readonly hostname: string;
  readonly publicKey: string;
}

/** @throws {Error} when the disk is not what release.json or the artifact's own descriptor says */
export async function prepareGuest(input: PrepareInput): Promise<PreparedGuest> {
  const { exec, row, disk, folder, hostname, publicKey } = input;
  const { artifact, profile, fault } = row;
  const usual = profile.hardware(disk.machine);
  const hardware = fault?.hardware?.(usual) ?? usual;
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
  const below = { block: disk.block, driver: disk.block.driver };
  await createOverlay(exec, below, overlay, fault?.diskBytes ?? size + GROWTH_BYTES);
  const channel = fault?.channel ?? profile.channel;
  const open = await channel.open({ exec, folder, identity: { hostname, publicKey, mac: hardware.mac } });
  const machine: Machine = {
    name: rowName(row),
    hardware,
    network: open.network,
    disc: open.disc,
    configurationDisc: open.configurationDisc === true,
    disk: { durable: fault?.procedure === 'power-cut', writeProtected: fault?.writeProtected === true },
    ...(fault?.clock === undefined ? {} : { clock: fault.clock }),
  };
  return { disk, machine, gpt, hostname, channel, open, folder, overlay };
}

/**
 * What tells whether a file was written to: identity, length, and times that no ordinary write leaves alone.
 */
export async function fileState(path: string): Promise<string> {
  const { ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return [ino, size, mtimeNs, ctimeNs].join(' ');
}
