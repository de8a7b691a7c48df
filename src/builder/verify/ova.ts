import { createHash } from 'node:crypto';
import { Header } from 'tar';
import { roundUp, SECTOR_BYTES } from '../formats/blocks.ts';
import { sumHolds } from './archives.ts';
import type { Bytes } from './bytes.ts';
import { checkOvf } from './ovf.ts';
import type { Tell } from './rules.ts';
import { checkVmdk } from './vmdk.ts';

interface Member {
  readonly name: string;
  readonly bytes: Bytes;
}

const EXTENSIONS = ['.ovf', '.mf', '.vmdk'] as const;
const MANIFEST_LINE = /^SHA256\(([^()/\\]+)\)= ([0-9a-f]{64})$/;
const USTAR = 'ustar\x0000';
const MAX_TEXT_BYTES = 2 ** 20;
/** Well above the three there should be: an archive of empty members has millions. */
const MAX_MEMBERS = 32;
const RECORD_BYTES = 20 * SECTOR_BYTES;

/** An OVA (DSP0243, sections 5.1 and 5.3), with descriptor and disk. */
export async function checkOva(ova: Bytes, sizeBytes: number, tell: Tell): Promise<void> {
  const members = await readMembers(ova, tell);
  const order = members.map(({ name }) => name.slice(name.lastIndexOf('.')));
  const stems = new Set(members.map(({ name }) => name.slice(0, name.lastIndexOf('.'))));
  if (order.join() !== EXTENSIONS.join() || stems.size !== 1) {
    const names = members.map(({ name }) => name).join(', ');
    tell('ova-members', 'the archive', `expected .ovf, .mf, .vmdk of one stem; found ${names || 'nothing'}`);
  }
  const of = (extension: string): Member | undefined => members.find(({ name }) => name.endsWith(extension));
  const [ovf, mf, vmdk] = EXTENSIONS.map(of);
  if (mf !== undefined) await checkManifest(mf, members, tell);
  if (vmdk !== undefined) await checkVmdk(vmdk.bytes, vmdk.name, sizeBytes, tell);
  if (ovf !== undefined && vmdk !== undefined) {
    const text = (await ovf.bytes.read(0, MAX_TEXT_BYTES)).toString('utf8');
    checkOvf(text, { name: vmdk.name, sizeBytes: vmdk.bytes.length, capacityBytes: sizeBytes }, tell);
  }
}

async function readMembers(ova: Bytes, tell: Tell): Promise<Member[]> {
  const members: Member[] = [];
  let at = 0;
  for (;;) {
    const block = await ova.read(at, SECTOR_BYTES);
    if (block.length < SECTOR_BYTES) {
      tell('ova-archive', `byte ${at}`, 'the archive ends without two empty blocks');
      return members;
    }
    if (block.every((byte) => byte === 0)) break;
    const fault = headerFault(block);
    if (fault !== undefined) {
      tell('ova-archive', `byte ${at}`, fault);
      return members;
    }
    if (members.length === MAX_MEMBERS) {
      tell('ova-members', `byte ${at}`, `there are more than ${MAX_MEMBERS} members`);
      return members;
    }
    const { path: name = '', size = 0 } = new Header(block);
    const start = at + SECTOR_BYTES;
    if (start + size > ova.length) {
      tell('ova-archive', `byte ${at}`, `${name} has ${size} bytes and reaches past the end of the archive`);
      return members;
    }
    members.push({ name, bytes: ova.part(start, size) });
    at = start + roundUp(size, SECTOR_BYTES);
    const padding = await ova.read(start + size, at - start - size);
    if (padding.some((byte) => byte !== 0)) tell('ova-archive', `byte ${start + size}`, 'the padding is not zeros');
  }
  const rest = ova.length - at;
  if (rest < 2 * SECTOR_BYTES || rest > RECORD_BYTES + 2 * SECTOR_BYTES || !(await ova.isZeros(at, rest)))
    tell('ova-archive', `byte ${at}`, 'the archive does not end with two empty blocks and their padding');
  return members;
}

/** @returns what importers would stumble over */
function headerFault(block: Buffer): string | undefined {
  if (!sumHolds(block)) return 'a header that does not match its checksum';
  if (block.toString('latin1', 257, 265) !== USTAR) return 'a header that is not ustar';
  let header: Header;
  try {
    header = new Header(block);
  } catch {
    return 'a header with numbers out of all range';
  }
  if (header.type !== 'File') return `a member of type ${header.type}`;
  if (!/^[A-Za-z0-9][\w.+~-]*$/.test(header.path ?? '')) return `a member with the name ${JSON.stringify(header.path)}`;
  if (header.size === undefined || header.size < 0) return 'a member without a size';
  if (header.uid !== 0 || header.gid !== 0) return `a member of owner ${header.uid}, group ${header.gid}`;
  return undefined;
}

async function checkManifest(mf: Member, members: readonly Member[], tell: Tell): Promise<void> {
  const text = (await mf.bytes.read(0, MAX_TEXT_BYTES)).toString('utf8');
  const lines = text.split('\n');
  if (lines.pop() !== '') tell('ova-manifest', mf.name, 'it does not end with a line feed');
  const stated = new Map<string, string>();
  for (const [index, line] of lines.entries()) {
    const [, name, digest] = MANIFEST_LINE.exec(line) ?? [];
    if (name === undefined || digest === undefined || stated.has(name))
      tell('ova-manifest', `line ${index + 1}`, `expected "SHA256(name)= hex", found ${JSON.stringify(line)}`);
    else stated.set(name, digest);
  }
  for (const { name, bytes } of members.filter((member) => member !== mf)) {
    const expected = stated.get(name);
    const found = await digestOf(bytes);
    if (found !== expected)
      tell('ova-manifest', name, `it has the digest ${found}; the manifest says ${expected ?? 'nothing'}`);
    stated.delete(name);
  }
  for (const name of stated.keys()) tell('ova-manifest', name, 'it is not in the archive');
}

async function digestOf(bytes: Bytes): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < bytes.length; at += MAX_TEXT_BYTES) hash.update(await bytes.read(at, MAX_TEXT_BYTES));
  return hash.digest('hex');
}
