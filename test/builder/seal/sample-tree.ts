import { chmodSync, mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { walk } from '../../../src/builder/seal/walk.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** Seconds since 1970; files of a sample tree are older. */
export const EPOCH = 1_700_000_000;

/** Files that lie close to what the seal removes and must survive it. */
const keepers = [
  'boot/vmlinuz',
  'etc/cloud/cloud.cfg',
  'etc/group',
  'etc/netplan-not',
  'etc/ssh/sshd_config',
  'etc/ssh/sshd_config.d/10-kiln.conf',
  'etc/ssl/certs/ca-certificates.crt',
  'etc/sudoers.d/README',
  'etc/systemd/network/90-dhcp.network',
  'etc/udev/rules.d/70-own.rules',
  'root/.bashrc',
  'root/.profile',
  'usr/sbin/policy-tool',
  'var/cache/debconf/config.dat',
  'var/lib/dpkg/status',
  'var/lib/systemd/timers/stamp',
];

/** Puts a file into a tree, folders and all. */
export function plant(tree: string, path: string, content = 'planted\n', mode = 0o644): void {
  const file = join(tree, path);
  mkdirSync(dirname(file), { recursive: true });
  rmSync(file, { force: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
}

/** A small root tree that is clean but for its times. */
export function sampleTree(): string {
  const tree = join(tempFolder(), 'tree');
  for (const path of keepers) plant(tree, path);
  for (const folder of ['dev', 'home', 'run', 'var/lib/cloud', 'var/lib/waagent', 'var/cache/apt/archives']) {
    mkdirSync(join(tree, folder), { recursive: true });
  }
  for (const folder of ['tmp', 'var/tmp']) {
    mkdirSync(join(tree, folder), { recursive: true });
    chmodSync(join(tree, folder), 0o1777);
  }
  plant(tree, 'etc/machine-id', '', 0o444);
  plant(
    tree,
    'etc/passwd',
    'root:x:0:0::/root:/bin/bash\ndaemon:x:1:1::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n',
  );
  plant(tree, 'etc/shadow', 'root:*:20000::::::\ndaemon:!:20000::::::\nnobody:!*:20000::::::\n', 0o640);
  symlinkSync('../run/systemd/resolve/stub-resolv.conf', join(tree, 'etc/resolv.conf'));
  return tree;
}

/** Sets every time of a tree, but for links, to before the epoch. */
export function makeOld(tree: string): void {
  for (const { path, stat } of walk(tree)) {
    if (!stat.isSymbolicLink()) utimesSync(join(tree, path), EPOCH - 5, EPOCH - 5);
  }
}

/** What is in a tree: path, mode, size and time of each entry, one a line. */
export function listing(tree: string): string[] {
  return [...walk(tree)].map(({ path, stat }) =>
    [path, stat.mode.toString(8), stat.isDirectory() ? '' : stat.size, stat.mtimeMs].join(' '),
  );
}
