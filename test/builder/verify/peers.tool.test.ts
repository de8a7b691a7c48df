import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkGce } from '../../../src/builder/verify/archives.ts';
import { checkOva } from '../../../src/builder/verify/ova.ts';
import { checkQcow2 } from '../../../src/builder/verify/qcow2.ts';
import type { RuleId } from '../../../src/builder/verify/rules.ts';
import { checkVhd } from '../../../src/builder/verify/vhd.ts';
import { checkVhdx } from '../../../src/builder/verify/vhdx.ts';
import { checkVmdk } from '../../../src/builder/verify/vmdk.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { writeSampleDisk } from '../formats/sample-disk.ts';
import { type Sample, toldOfPath } from './sample.ts';
import { run } from './sample-boot-disk.ts';
import { DISK_BYTES, pieces } from './samples/disk.ts';
import { ova } from './samples/ova.ts';

const folder = tempFolder();
const raw = join(folder, 'disk.raw');
await writeSampleDisk(raw, DISK_BYTES, pieces);

async function rulesOf(check: Sample['check'], path: string): Promise<RuleId[]> {
  return [...new Set((await toldOfPath({ check }, path)).map(({ rule }) => rule))];
}

async function convert(format: string, options: string, ...more: string[]): Promise<string> {
  const path = join(folder, `x.${format}`);
  await run('qemu-img', 'convert', '-f', 'raw', '-O', format, '-o', options, ...more, raw, path);
  return path;
}

test('QEMU’s own files are read without a crash, and what is told of them is where QEMU differs', async () => {
  const qcow2 = await convert('qcow2', 'compression_type=zstd', '-c');
  assert.equal(await rulesOf((bytes, _, tell) => checkQcow2(bytes, DISK_BYTES, tell), qcow2), []);
  // QEMU leaves entries in the log that were written, and states physical sectors of 512 bytes.
  const vhdx = await convert('vhdx', 'subformat=dynamic,block_size=1M');
  const ofVhdx = await rulesOf((bytes, _, tell) => checkVhdx(bytes, DISK_BYTES, tell), vhdx);
  assert.equal(ofVhdx, ['vhdx-headers', 'vhdx-metadata']);
  const vhd = await convert('vpc', 'subformat=fixed,force_size=on');
  // QEMU names itself as creator, and states the largest geometry so that the exact size counts.
  const ofVhd = await rulesOf((bytes, _, tell) => checkVhd(bytes, DISK_BYTES, tell), vhd);
  assert.equal(ofVhd, ['vhd-footer', 'vhd-size']);
  const vmdk = await convert('vmdk', 'subformat=streamOptimized');
  const told = await rulesOf((bytes, _, tell) => checkVmdk(bytes, 'x.vmdk', DISK_BYTES, tell), vmdk);
  assert.ok(told.length > 0 && told.every((rule) => rule.startsWith('vmdk-')), told.join());
});

test('GNU tar’s archives are read: an OVA of the same members, and a sparse disk in the old form', async () => {
  const whole = join(folder, 'kiln.ova');
  await writeFile(whole, await ova.make());
  const members = join(folder, 'members');
  await mkdir(members);
  await run('tar', '-xf', whole, '-C', members);
  const names = ['sample-1.2.3.ovf', 'sample-1.2.3.mf', 'sample-1.2.3.vmdk'];
  const tar = (form: string) => ['tar', '-C', members, `--format=${form}`, '--owner=0', '--group=0', '-cf'] as const;
  const check: Sample['check'] = (bytes, _, tell) => checkOva(bytes, DISK_BYTES, tell);
  await run(...tar('ustar'), join(folder, 'tar.ova'), ...names);
  assert.equal(await rulesOf(check, join(folder, 'tar.ova')), []);
  for (const form of ['pax', 'gnu']) {
    await run(...tar(form), join(folder, `${form}.ova`), ...names);
    assert.ok((await rulesOf(check, join(folder, `${form}.ova`))).includes('ova-archive'), form);
  }
  const gce = join(folder, 'x.tar.gz');
  await truncate(raw, DISK_BYTES);
  const pack = ['tar', '-C', folder, '--format=oldgnu', '--owner=0', '--group=0', '--sparse', '-I', 'gzip -n'] as const;
  await run(...pack, '-cf', gce, 'disk.raw');
  assert.equal(await rulesOf((bytes, path, tell) => checkGce(path, bytes, DISK_BYTES, tell), gce), []);
});

test.run();
