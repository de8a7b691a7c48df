import { createHash } from 'node:crypto';
import { access, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Header } from 'tar';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { KilnError } from '../../../src/builder/errors.ts';
import { ovaManifest, writeOva } from '../../../src/builder/formats/ova.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const signal = new AbortController().signal;
const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');

test('the manifest is spelt to the byte', () => {
  assert.is(
    ovaManifest([
      { name: 'a.ovf', sha256: 'ff' },
      { name: 'a.vmdk', sha256: '00' },
    ]),
    'SHA256(a.ovf)= ff\nSHA256(a.vmdk)= 00\n',
  );
});

test('members are ovf, mf, vmdk in plain ustar, owned by 0, at the time given', async () => {
  const folder = tempFolder();
  const vmdk = { path: join(folder, 'disk'), sizeBytes: 700, sha256: sha256('d'.repeat(700)) };
  await writeFile(vmdk.path, 'd'.repeat(700));
  const path = join(folder, 'a.ova');
  const made = await writeOva(path, { stem: 's-1', ovf: '<é/>', vmdk, mtime: 1_000_000_000 }, signal);
  const file = await readFile(path);
  assert.equal(made, { sizeBytes: file.length, sha256: sha256(file) });
  assert.is(file.length % 10_240, 0);
  const names: string[] = [];
  for (
    let at = 0, header = new Header(file, 0);
    header.path !== undefined && header.cksumValid;
    header = new Header(file, at)
  ) {
    names.push(header.path);
    assert.is(file.toString('latin1', at + 257, at + 265), 'ustar\x0000');
    assert.equal([header.uid, header.gid, header.mode, header.mtime?.getTime()], [0, 0, 0o644, 1e12]);
    const size = header.size ?? 0;
    if (header.path.endsWith('.mf')) {
      const expected = `SHA256(s-1.ovf)= ${sha256('<é/>')}\nSHA256(s-1.vmdk)= ${vmdk.sha256}\n`;
      assert.is(file.toString('utf8', at + 512, at + 512 + size), expected);
    }
    at += 512 + Math.ceil(size / 512) * 512;
  }
  assert.equal(names, ['s-1.ovf', 's-1.mf', 's-1.vmdk']);
});

test('a disk that ends early or is too large for ustar leaves no file', async () => {
  const folder = tempFolder();
  const path = join(folder, 'a.ova');
  const disk = join(folder, 'disk');
  await writeFile(disk, 'short');
  const write = (sizeBytes: number) =>
    writeOva(path, { stem: 's', ovf: '', vmdk: { path: disk, sizeBytes, sha256: '' }, mtime: 0 }, signal);
  const early = await write(6).catch((caught: unknown) => caught);
  assert.match((early as Error).message, 'ends at byte 5 of 6');
  const large = await write(8 ** 11).catch((caught: unknown) => caught);
  assert.ok(large instanceof KilnError && large.code === 'disk-invalid');
  assert.ok(
    await access(path).then(
      () => false,
      () => true,
    ),
  );
});

test.run();
