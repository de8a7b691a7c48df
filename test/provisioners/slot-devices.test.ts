import { spawnSync } from 'node:child_process';
import { mkdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { repositoryRoot } from '../support/source-files.ts';
import { tempFolder } from '../support/temp-folder.ts';

const program = join(repositoryRoot, 'provisioners/88-updates/files/usr/lib/kiln/slot-devices');
const folder = tempFolder();
const sys = join(folder, 'sys');
const run = () => spawnSync('sh', [program, folder, sys], { encoding: 'utf8' });

for (const disk of ['sda', 'sdb']) {
  for (const [number, name] of [
    [2, 'esp'],
    [3, 'root-a'],
    [4, 'root-b'],
    [5, 'data'],
  ]) {
    mkdirSync(join(sys, disk, `${disk}${number}`), { recursive: true });
    writeFileSync(join(sys, disk, `${disk}${number}/uevent`), `DEVNAME=${disk}${number}\nPARTNAME=${name}\n`);
  }
}

test('the slots are those of the disk that runs, whatever clone of it is attached', () => {
  for (const disk of ['sda', 'sdb']) {
    writeFileSync(join(folder, 'disk.env'), `KILN_SLOT=A\nKILN_DISK=/dev/${disk}\n`);
    assert.is(run().status, 0);
    assert.is(readlinkSync(join(folder, 'slot-a')), `/dev/${disk}3`);
    assert.is(readlinkSync(join(folder, 'slot-b')), `/dev/${disk}4`);
  }
});

test('without slots, or on a disk that cannot be written, RAUC is not started, and the reason is said', () => {
  mkdirSync(join(folder, 'memory'));
  assert.match(run().stderr, /^slot-devices: the disk is write-protected/);
  rmSync(join(folder, 'memory'), { recursive: true });
  rmSync(join(sys, 'sdb/sdb4'), { recursive: true });
  assert.match(run().stderr, /^slot-devices: no partition named root-b on \/dev\/sdb$/m);
  rmSync(join(folder, 'disk.env'));
  const { status, stderr } = run();
  assert.is(status, 1);
  assert.match(stderr, /^slot-devices: this start knows no slots/);
});

test.run();
