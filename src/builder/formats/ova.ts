import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Header } from 'tar';
import { KilnError } from '../errors.ts';
import { BLOCK_BYTES, roundUp, SECTOR_BYTES } from './blocks.ts';
import { DigestFile, type FileDigest } from './file-digest.ts';

/** The largest file a ustar header can state in its eleven octal digits. */
const MAX_MEMBER_BYTES = 8 ** 11 - 1;
const RECORD_BYTES = 20 * SECTOR_BYTES;

export interface OvaInput {
  /** Names the members: `<stem>.ovf`, `.mf`, `.vmdk`. */
  stem: string;
  /** The OVF descriptor. */
  ovf: string;
  /** The VMDK's bytes, on the host under any name. */
  vmdk: FileDigest & { path: string };
  /** Seconds since 1970, for all members. */
  mtime: number;
}

/** The `.mf` file (DSP0243, section 5.1). Importers are strict on the spelling: no blank before `(` or `=`, one after. */
export function ovaManifest(files: readonly { name: string; sha256: string }[]): string {
  return files.map(({ name, sha256 }) => `SHA256(${name})= ${sha256}\n`).join('');
}

/**
 * Writes an OVA: a ustar archive with descriptor, manifest and disk, in this order (DSP0243, section 5.3), owned by
 * nobody in particular.
 * @throws {KilnError} `disk-invalid` when the VMDK is larger than ustar can state
 */
export async function writeOva(path: string, input: OvaInput, signal: AbortSignal): Promise<FileDigest> {
  const { stem, vmdk, mtime } = input;
  const ovf = Buffer.from(input.ovf, 'utf8');
  const manifest = Buffer.from(
    ovaManifest([
      { name: `${stem}.ovf`, sha256: createHash('sha256').update(ovf).digest('hex') },
      { name: `${stem}.vmdk`, sha256: vmdk.sha256 },
    ]),
  );
  const ova = await DigestFile.create(path);
  try {
    await ova.write(memberHeader(`${stem}.ovf`, ovf.length, mtime), ovf, padding(ovf.length, SECTOR_BYTES));
    await ova.write(
      memberHeader(`${stem}.mf`, manifest.length, mtime),
      manifest,
      padding(manifest.length, SECTOR_BYTES),
    );
    await ova.write(memberHeader(`${stem}.vmdk`, vmdk.sizeBytes, mtime));
    await appendFile(ova, vmdk, signal);
    await ova.write(padding(vmdk.sizeBytes, SECTOR_BYTES), Buffer.alloc(2 * SECTOR_BYTES));
    await ova.write(padding(ova.position, RECORD_BYTES));
  } catch (error) {
    await ova.abandon();
    throw error;
  }
  return ova.close();
}

function memberHeader(name: string, sizeBytes: number, mtime: number): Buffer {
  if (sizeBytes > MAX_MEMBER_BYTES) {
    throw new KilnError({
      code: 'disk-invalid',
      message: `${name} has ${sizeBytes} bytes, more than the 8 GiB an OVA's archive format can hold`,
      hint: 'Put less data on the disk, or leave vmware and desktop out of the targets.',
    });
  }
  const block = Buffer.alloc(SECTOR_BYTES);
  const header = new Header({
    path: name,
    mode: 0o644,
    uid: 0,
    gid: 0,
    size: sizeBytes,
    mtime: new Date(mtime * 1000),
    type: 'File',
  });
  if (header.encode(block)) throw new RangeError(`${name} needs more than a ustar header`);
  return block;
}

async function appendFile(ova: DigestFile, file: FileDigest & { path: string }, signal: AbortSignal): Promise<void> {
  const handle = await open(file.path, 'r');
  try {
    const buffer = Buffer.allocUnsafe(BLOCK_BYTES);
    for (let at = 0; at < file.sizeBytes; ) {
      signal.throwIfAborted();
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
      if (bytesRead === 0) throw new Error(`${file.path} ends at byte ${at} of ${file.sizeBytes}`);
      await ova.write(buffer.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

function padding(length: number, unit: number): Buffer {
  return Buffer.alloc(roundUp(length, unit) - length);
}
