import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import { readSignatures } from '../../../src/builder/verify/authenticode.ts';
import { type Authority, carries, debian, microsoft, signatureFault } from '../../../src/builder/verify/trust.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { run, signedLoaders } from './sample-boot-disk.ts';

const exec = createExec(new AbortController().signal);
const folder = tempFolder();
const loaders = await signedLoaders();
const shim = await readFile(loaders.shim);
const grub = await readFile(loaders.grub);

async function faultOf(file: Buffer, authorities: readonly Authority[]): Promise<string> {
  return (await signatureFault(exec, file, authorities, await mkdtemp(join(folder, 'scratch-')))) ?? '';
}

/** A key of nobody's, and its certificate. */
async function stranger(): Promise<{ key: string; authority: Authority }> {
  const key = join(folder, 'stranger.key');
  const path = join(folder, 'stranger.pem');
  const names = ['-subj', '/CN=Stranger', '-days', '30', '-keyout', key, '-out', path];
  await run('openssl', 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...names);
  return { key, authority: { title: 'Stranger', path } };
}
const { key, authority: strangers } = await stranger();

test('Debian’s shim holds under Microsoft, GRUB and kernel under the certificate that shim carries', async () => {
  assert.is(await faultOf(shim, microsoft), '');
  assert.is(await faultOf(grub, [debian]), '');
  assert.is(await faultOf(await readFile(loaders.kernel), [debian]), '');
  assert.ok(await carries(shim, debian));
  assert.not.ok(await carries(grub, debian));
});

test('a signature of somebody else is none, though it brings certificates that lead further', async () => {
  const none = 'no signature holds under';
  assert.match(await faultOf(shim, [debian]), `${none} Debian Secure Boot CA: unable to get`);
  // sbverify takes any certificate here, for shim's signature brings one whose issuer is not there.
  assert.match(await faultOf(shim, [strangers]), none);
  assert.match(await faultOf(grub, microsoft), `${none} Microsoft Corporation UEFI CA 2011 or Microsoft UEFI CA 2023`);
  assert.match(await faultOf(grub, [strangers]), none);
});

test('what sbsign signs with another key holds under that key alone', async () => {
  const [bare, signed] = [join(folder, 'bare.efi'), join(folder, 'signed.efi')];
  await writeFile(bare, grub);
  await run('sbattach', '--remove', bare);
  assert.is(await faultOf(await readFile(bare), [debian]), 'it is not signed');
  await run('sbsign', '--key', key, '--cert', strangers.path, '--output', signed, bare);
  const file = await readFile(signed);
  assert.is(await faultOf(file, [strangers]), '');
  assert.match(await faultOf(file, [debian]), 'no signature holds under Debian');
  await run('sbsign', '--key', key, '--cert', strangers.path, '--output', signed, loaders.grub);
  const both = await readFile(signed);
  assert.is(readSignatures(both).signatures.length, 2);
  assert.is(await faultOf(both, [debian]), '');
  assert.is(await faultOf(both, [strangers]), '');
});

test('a changed byte of the loader, or of what is signed, is told', async () => {
  for (const share of [0.01, 0.3, 0.6, 0.9]) {
    const file = Buffer.from(grub);
    const at = Math.floor(share * (file.length - 10_000));
    file.writeUInt8(file.readUInt8(at) ^ 1, at);
    assert.match(await faultOf(file, [debian]), /is over other bytes|reach past|no PE file/);
  }
  const { signatures, digest } = readSignatures(grub);
  const start = grub.indexOf(signatures[0] ?? '');
  // The digest, and the last byte of the signature proper, which ends a signature without unsigned attributes.
  const content = Buffer.from(grub);
  const place = content.indexOf(digest, start);
  content.writeUInt8(content.readUInt8(place) ^ 1, place);
  assert.match(await faultOf(content, [debian]), 'is over other bytes');
  const value = Buffer.from(grub);
  const last = value.length - 1 - [...value].reverse().findIndex((byte) => byte !== 0);
  value.writeUInt8(value.readUInt8(last) ^ 1, last);
  assert.match(await faultOf(value, [debian]), 'no signature holds');
});

test('the certificates are the ones everybody knows by these fingerprints, and the firmware has Microsoft’s', async () => {
  const certificate = async ({ path }: Authority) => new X509Certificate(await readFile(path));
  const fingerprints = await Promise.all(
    [...microsoft, debian].map(async (one) =>
      (await certificate(one)).fingerprint256.replaceAll(':', '').toLowerCase(),
    ),
  );
  assert.equal(fingerprints, [
    '48e99b991f57fc52f76149599bff0a58c47154229b9f8d603ac40d3500248507',
    'f6124e34125bee3fe6d79a574eaa7b91c0e7bd9d929c1a321178efd611dad901',
    '079646974bce09b1f04da67bd722d1fb0947ae4c4010bccdbba52d5b23cbf1a2',
  ]);
  const [first] = microsoft;
  if (first === undefined) throw new Error('no authority');
  const variables = await readFile('/usr/share/OVMF/OVMF_VARS_4M.ms.fd');
  assert.ok(variables.includes((await certificate(first)).raw));
});

test.run();
