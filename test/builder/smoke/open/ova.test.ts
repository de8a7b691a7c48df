import { createHash } from 'node:crypto';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Header } from 'tar';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type OpenedOva, openOva } from '../../../../src/builder/smoke/open/ova.ts';
import { renderOvf } from '../../../../src/builder/targets/ovf/render-ovf.ts';
import { caught } from '../../../support/caught.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { sampleRecipe } from '../../targets/sample-recipe.ts';

type Member = { name: string; data: string | Buffer; type?: 'File' | 'SymbolicLink'; linkpath?: string; size?: number };

const signal = new AbortController().signal;
const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex');
const vmdk = Buffer.alloc(1000, 7);
const ovf = renderOvf('vsphere', sampleRecipe, { vmdkBytes: vmdk.length, capacityBytes: 2 ** 33, populatedBytes: 1 });
const stem = 'sample-1.2.3';

function manifest(files: Record<string, string | Buffer>): string {
  return Object.entries(files)
    .map(([name, data]) => `SHA256(${name})= ${sha256(data)}\n`)
    .join('');
}

function wellFormed(): Member[] {
  const files = { [`${stem}.ovf`]: ovf, [`${stem}.vmdk`]: vmdk };
  return [
    { name: `${stem}.ovf`, data: ovf },
    { name: `${stem}.mf`, data: manifest(files) },
    { name: `${stem}.vmdk`, data: vmdk },
  ];
}

function archive(members: readonly Member[]): Buffer {
  const parts = members.flatMap(({ name, data, type = 'File', linkpath, size }) => {
    const bytes = Buffer.from(data);
    const block = Buffer.alloc(512);
    new Header({
      path: name,
      size: size ?? bytes.length,
      type,
      mtime: new Date(0),
      mode: 0o644,
      linkpath: linkpath ?? '',
    }).encode(block);
    return [block, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

async function open(content: readonly Member[] | Buffer): Promise<OpenedOva> {
  const path = join(tempFolder(), 'x.ova');
  await writeFile(path, Buffer.isBuffer(content) ? content : archive(content as readonly Member[]));
  return openOva(path, signal);
}

async function refused(content: readonly Member[] | Buffer, reason: RegExp): Promise<void> {
  const error = await caught('release-invalid', () => open(content));
  assert.match(error.message, reason);
}

test('what wrapping writes is opened, and the VMDK found where it lies', async () => {
  const content = archive(wellFormed());
  const { descriptor, vmdk: member } = await open(content);
  assert.is(descriptor.disk.file, `${stem}.vmdk`);
  assert.is(descriptor.disk.capacityBytes, 2 ** 33);
  assert.equal(content.subarray(member.offset, member.offset + member.sizeBytes), vmdk);
});

test('members in another order, too few or too many are refused', async () => {
  const [first, second, third] = wellFormed() as [Member, Member, Member];
  await refused([first, third, second], /\.ovf, sample-1\.2\.3\.vmdk, .*\.mf\] instead of \.ovf, \.mf, \.vmdk/);
  await refused([first, second], /instead of/);
  await refused([], /instead of/);
  await refused([first, second, third, { name: 'x.cert', data: '' }], /a member too many: x\.cert/);
});

test('names that leave the folder, and what is no plain file, are refused', async () => {
  for (const name of ['../evil.ovf', '/etc/passwd', 'a/b.ovf', '.hidden.ovf', 'a b.ovf']) {
    await refused([{ name, data: ovf }], /leads elsewhere/);
  }
  await refused([{ name: 'x.ovf', data: '', type: 'SymbolicLink', linkpath: '/etc/passwd' }], /type SymbolicLink/);
});

test('a manifest that lies, is spelt otherwise or covers other files is refused', async () => {
  const withManifest = (text: string): Member[] =>
    wellFormed().map((member) => (member.name.endsWith('.mf') ? { ...member, data: text } : member));
  const good = manifest({ [`${stem}.ovf`]: ovf, [`${stem}.vmdk`]: vmdk });
  await refused(
    withManifest(manifest({ [`${stem}.ovf`]: ovf, [`${stem}.vmdk`]: 'other' })),
    /does not fit .*\.vmdk: expected/,
  );
  await refused(withManifest(good.replaceAll('SHA256(', 'SHA2-256(')), /instead of "SHA256\(name\)= hex"/);
  await refused(withManifest(good.replaceAll('SHA256(', 'SHA256 (')), /instead of/);
  await refused(withManifest(good.trimEnd()), /line feed/);
  await refused(withManifest(manifest({ [`${stem}.ovf`]: ovf })), /of 1 files instead of 2/);
  await refused(withManifest(manifest({ [`${stem}.ovf`]: ovf, 'other.vmdk': vmdk })), /expected no such file/);
});

test('a member said to be huge is refused before it is read', async () => {
  const [first, second, third] = wellFormed() as [Member, Member, Member];
  await refused([first, second, { ...third, size: 8 ** 11 - 1 }], /ends inside its member/);
  const large = Buffer.alloc(2 * 2 ** 20, 32);
  await refused([{ ...first, data: large }, second, third], /does not fit sample-1\.2\.3\.ovf/);
  await refused([first, { ...second, data: large }, third], /\.mf of 2097152 bytes, more than 1 MiB/);
});

test('an archive cut short, of noise, or with a broken header is refused', async () => {
  const whole = archive(wellFormed());
  await refused(whole.subarray(0, whole.length - 1024), /ends without the two empty blocks/);
  await refused(whole.subarray(0, whole.length - 2048), /ends inside its member/);
  await refused(Buffer.alloc(4096, 'x'), /no valid archive header at byte 0/);
  const broken = Buffer.from(whole);
  broken[100] = 0xff;
  await refused(broken, /no valid archive header at byte 0/);
});

test('a descriptor that states another disk than there is, is refused', async () => {
  const other = ovf.replace(`ovf:size="${vmdk.length}"`, 'ovf:size="999"');
  const files = { [`${stem}.ovf`]: other, [`${stem}.vmdk`]: vmdk };
  const members = wellFormed().map((member) =>
    member.name.endsWith('.ovf')
      ? { ...member, data: other }
      : member.name.endsWith('.mf')
        ? { ...member, data: manifest(files) }
        : member,
  );
  await refused(members, /VMDK of 1000 bytes, but its descriptor states 999/);
});

test('opening leaves the archive as it is', async () => {
  const path = join(tempFolder(), 'x.ova');
  await writeFile(path, archive(wellFormed()));
  const before = await readFile(path);
  await openOva(path, signal);
  assert.equal(await readFile(path), before);
  await truncate(path, 100);
  await caught('release-invalid', () => openOva(path, signal));
});

test.run();
