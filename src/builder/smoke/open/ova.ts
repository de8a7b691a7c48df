import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Header } from 'tar';
import { KilnError } from '../../errors.ts';
import { roundUp, SECTOR_BYTES } from '../../formats/blocks.ts';
import { type OvfDescriptor, readOvf } from './ovf-machine.ts';

/** A member of the archive and where its bytes lie in it. */
export interface OvaMember {
  readonly name: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface OpenedOva {
  readonly descriptor: OvfDescriptor;
  readonly vmdk: OvaMember;
}

const ORDER = ['.ovf', '.mf', '.vmdk'] as const;
/** A descriptor or manifest larger than this is not one. */
const MAX_TEXT_BYTES = 1024 * 1024;
const MANIFEST_LINE = /^SHA256\(([^()/\\]+)\)= ([0-9a-f]{64})$/;

/**
 * Opens an OVA as an importer that trusts nobody: members and their order (DSP0243, section 5.3), manifest, descriptor.
 * Nothing is unpacked; the VMDK is used where it lies.
 * @throws {KilnError} `release-invalid`
 */
export async function openOva(path: string, signal: AbortSignal): Promise<OpenedOva> {
  const file = await open(path, 'r');
  try {
    const members = await readMembers(file, path);
    const [ovf, mf, vmdk] = members;
    const order = members.map((member) => member.name.slice(member.name.lastIndexOf('.'))).join(' ');
    if (ovf === undefined || mf === undefined || vmdk === undefined || order !== ORDER.join(' ')) {
      refuse(
        path,
        `has the members [${members.map(({ name }) => name).join(', ')}] instead of ${ORDER.join(', ')} in this order`,
      );
    }
    await checkManifest(path, await text(file, mf, path), [ovf, vmdk], signal);
    const descriptor = readOvf(await text(file, ovf, path), `${path}: ${ovf.name}`);
    const { disk } = descriptor;
    if (disk.file !== vmdk.name) refuse(path, `holds ${vmdk.name}, but its descriptor refers to "${disk.file}"`);
    if (disk.sizeBytes !== vmdk.sizeBytes) {
      refuse(path, `holds a VMDK of ${vmdk.sizeBytes} bytes, but its descriptor states ${disk.sizeBytes}`);
    }
    return { descriptor, vmdk };
  } finally {
    await file.close();
  }
}

/** Walks the ustar headers. Two blocks of zeros end the archive. */
async function readMembers(file: FileHandle, path: string): Promise<OvaMember[]> {
  const { size } = await file.stat();
  const members: OvaMember[] = [];
  const block = Buffer.alloc(SECTOR_BYTES);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(block, 0, SECTOR_BYTES, at);
    if (bytesRead < SECTOR_BYTES) refuse(path, 'ends without the two empty blocks that end an archive');
    if (block.every((byte) => byte === 0)) return members;
    const { cksumValid, path: name = '', size: sizeBytes = -1, type } = readHeader(block);
    if (!cksumValid) refuse(path, `has no valid archive header at byte ${at}`);
    // Longer names, links and extended headers are all other types; importers know plain files only.
    if (type !== 'File') refuse(path, `has the member "${name}" of type ${type} where only plain files may be`);
    if (!/^[\w.+~-]+$/.test(name) || name.startsWith('.'))
      refuse(path, `has a member with the name "${name}", which leads elsewhere`);
    if (members.length === ORDER.length) refuse(path, `has a member too many: ${name}`);
    const offset = at + SECTOR_BYTES;
    if (sizeBytes < 0 || offset + sizeBytes > size) refuse(path, `ends inside its member ${name}`);
    members.push({ name, offset, sizeBytes });
    at = offset + roundUp(sizeBytes, SECTOR_BYTES);
  }
}

/** Numbers out of all range make the decoder throw instead of saying that the header is invalid. */
function readHeader(block: Buffer): Pick<Header, 'cksumValid' | 'path' | 'size' | 'type'> {
  try {
    return new Header(block);
  } catch {
    return { cksumValid: false, type: 'Unsupported' };
  }
}

async function text(file: FileHandle, member: OvaMember, path: string): Promise<string> {
  if (member.sizeBytes > MAX_TEXT_BYTES)
    refuse(path, `has a member ${member.name} of ${member.sizeBytes} bytes, more than 1 MiB`);
  const buffer = Buffer.alloc(member.sizeBytes);
  await file.read(buffer, 0, buffer.length, member.offset);
  return buffer.toString('utf8');
}

/** DSP0243, section 5.1. The spelling is that of the strictest importers: see {@link MANIFEST_LINE}. */
async function checkManifest(path: string, manifest: string, members: OvaMember[], signal: AbortSignal): Promise<void> {
  const lines = manifest.split('\n');
  if (lines.pop() !== '') refuse(path, 'has a manifest that does not end with a line feed');
  const stated = new Map<string, string>();
  for (const line of lines) {
    const [, name = '', digest = ''] =
      MANIFEST_LINE.exec(line) ?? refuse(path, `has the manifest line "${line}" instead of "SHA256(name)= hex"`);
    stated.set(name, digest);
  }
  if (stated.size !== members.length)
    refuse(path, `has a manifest of ${stated.size} files instead of ${members.length}`);
  for (const member of members) {
    const digest = await sha256(path, member, signal);
    const expected = stated.get(member.name);
    if (digest !== expected) {
      refuse(
        path,
        `has a manifest that does not fit ${member.name}: expected ${expected ?? 'no such file'}, found ${digest}`,
      );
    }
  }
}

async function sha256(path: string, member: OvaMember, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  if (member.sizeBytes === 0) return hash.digest('hex');
  const end = member.offset + member.sizeBytes - 1;
  const stream = createReadStream(path, { start: member.offset, end, highWaterMark: 1024 * 1024, signal });
  for await (const chunk of stream) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

function refuse(path: string, what: string): never {
  throw new KilnError({
    code: 'release-invalid',
    message: `${path} ${what}`,
    hint: 'Importers would refuse it too: correct what wraps the OVA and bake the release again.',
  });
}
