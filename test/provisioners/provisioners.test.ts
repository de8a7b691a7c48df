import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { repositoryRoot } from '../support/source-files.ts';
import { tempFolder } from '../support/temp-folder.ts';

const root = join(repositoryRoot, 'provisioners');
/** Everything below provisioners/, with the path inside the appliance of what is installed. */
const files = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(root, join(entry.parentPath, entry.name)))
  .map((path) => ({
    path,
    installed: /^[^/]+\/files(\/.*)$/.exec(path)?.[1],
    text: readFileSync(join(root, path), 'utf8'),
  }));
const installed = new Map(files.flatMap((file) => (file.installed === undefined ? [] : [[file.installed, file.text]])));
const ownUnits = [...installed.keys()].filter((path) => /^\/(usr\/lib|etc)\/systemd\/system\/[^/]+$/.test(path));

/** Units that Debian's packages bring and provisioners enable or add to. */
const debianUnits = [
  'systemd-repart.service',
  'apparmor.service',
  'chrony.service',
  'cloud-init-network.service',
  'emergency.service',
  'nftables.service',
  'nginx.service',
  'prometheus-node-exporter.service',
  'rauc.service',
  'ssh.service',
  'systemd-networkd-wait-online.service',
  'systemd-networkd.service',
  'systemd-resolved.service',
  'walinuxagent.service',
];

/** Whether a service is started by a timer or a socket of the same name, and not by a start. */
const isTriggered = (unit: string): boolean =>
  unit.endsWith('.service') &&
  ownUnits.some((path) =>
    ['timer', 'socket'].includes(basename(path).replace(`${unit.slice(0, -'service'.length)}`, '')),
  );

test('scripts that are installed say what they are for, and those for sh stop at the first error', () => {
  const scripts = files.filter(({ text, installed: to }) => to !== undefined && text.startsWith('#!'));
  assert.ok(scripts.length > 0);
  for (const { path, text } of scripts) {
    const [interpreter, summary = '', mode] = text.split('\n');
    assert.match(summary, /^# SUMMARY: \S/, path);
    if (interpreter === '#!/bin/sh') assert.is(mode, 'set -eu', path);
  }
});

test('every unit that is enabled is one we install or one of Debian', () => {
  const enabled = files
    .filter(({ path }) => /^[^/]+\/run\.sh$/.test(path))
    .flatMap(({ text }) => [...text.matchAll(/^\s*enable_units (.+)$/gm)])
    .flatMap(([, units = '']) => units.split(' '));
  assert.ok(enabled.length > 0);
  const own = ownUnits.map((path) => basename(path)).filter((unit) => !isTriggered(unit));
  for (const unit of enabled) assert.ok(own.includes(unit) || debianUnits.includes(unit), unit);
  assert.equal(
    own.filter((unit) => !enabled.includes(unit)),
    [],
    'units that nothing enables',
  );
});

test('our units say what they are, run what we install and hang on something', () => {
  for (const path of ownUnits) {
    const text = installed.get(path) ?? '';
    assert.match(text, /^\[Unit\]\n(#.*\n)*Description=\S/m, path);
    if (!isTriggered(basename(path))) assert.match(text, /^\[Install\]\n(WantedBy|RequiredBy)=\S/m, path);
    for (const [, program = ''] of text.matchAll(/^Exec\w+=[-+@:!]*(\S+)/gm)) {
      assert.ok(!program.startsWith('/usr/lib/kiln/') || installed.has(program), `${path} starts ${program}`);
    }
  }
});

test('additions to a unit are to one that is there', () => {
  for (const path of installed.keys()) {
    if (!dirname(path).endsWith('.d') || !/\/systemd\/system\//.test(path)) continue;
    const unit = basename(dirname(path)).replace(/\.d$/, '');
    assert.ok(debianUnits.includes(unit), path);
  }
});

test('a folder of state that a power cut left half begun is begun anew, and a whole one is kept', () => {
  const script = installed.get('/etc/initramfs-tools/scripts/init-bottom/kiln-state') ?? '';
  const begin = /^begin_trees\(\) \{\n[\s\S]*?^\}$/m.exec(script)?.[0] ?? assert.unreachable('there is no begin_trees');
  const folder = tempFolder();
  const path = (name: string): string => join(folder, name);
  for (const name of ['slot/home/ada', 'slot/root', 'data/.home.new/half']) mkdirSync(path(name), { recursive: true });
  chmodSync(path('slot/root'), 0o700);
  const run = (): void => {
    const variables = { rootmnt: path('slot'), data_mount: path('data') };
    execFileSync('sh', ['-euc', `${begin}\nbegin_trees home root`], { env: { ...process.env, ...variables } });
  };
  run();
  assert.equal(readdirSync(path('data')).sort(), ['home', 'root']);
  assert.equal(readdirSync(path('data/home')), ['ada']);
  assert.is(statSync(path('data/root')).mode & 0o777, 0o700);
  mkdirSync(path('data/home/bob'));
  run();
  assert.equal(readdirSync(path('data/home')).sort(), ['ada', 'bob']);
});

test('partitions are found by their names on the disk of the root', () => {
  const script = installed.get('/etc/initramfs-tools/scripts/init-bottom/kiln-state') ?? '';
  const find =
    /^find_partition\(\) \{\n[\s\S]*?^\}$/m.exec(script)?.[0] ?? assert.unreachable('there is no find_partition');
  const folder = tempFolder();
  for (const [device, name] of Object.entries({ nvme0n1p2: 'esp', nvme0n1p5: 'data', nvme0n1p6: 'data-old' })) {
    mkdirSync(join(folder, device));
    writeFileSync(join(folder, device, 'uevent'), `DEVNAME=${device}\nPARTN=1\nPARTNAME=${name}\n`);
  }
  const found = (name: string): string =>
    execFileSync('sh', ['-euc', `${find}\nfind_partition ${name}\necho "$found"`], {
      env: { ...process.env, path: folder, disk: 'nvme0n1' },
      encoding: 'utf8',
    }).trim();
  assert.is(found('data'), '/dev/nvme0n1p5');
  assert.is(found('esp'), '/dev/nvme0n1p2');
  assert.is(found('root-c'), '');
});

test('state reaches the disk in the order it was written, and a start without it ends in a panic', () => {
  const script = installed.get('/etc/initramfs-tools/scripts/init-bottom/kiln-state') ?? '';
  assert.match(script, /mount -t ext4 -o "rw,[^"]*\bnodelalloc\b/);
  assert.match(script, /^trap '.*panic .*' EXIT$/m);
});

test('module trees left out are sorted, come once, and hold nothing a server boots from', () => {
  const list = readFileSync(join(root, '90-kernel/module-trees-left-out.txt'), 'utf8');
  const trees = list.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  assert.equal(trees, [...new Set(trees)].sort());
  const needed = [
    ...[
      'drivers/ata',
      'drivers/block',
      'drivers/char',
      'drivers/hid',
      'drivers/hv',
      'drivers/input/serio',
      'drivers/md',
    ],
    ...['drivers/message/fusion', 'drivers/net/ethernet/amazon', 'drivers/net/ethernet/google', 'drivers/net/hyperv'],
    ...['drivers/net/ethernet/intel', 'drivers/net/ethernet/mellanox/mlx5', 'drivers/net/ethernet/microsoft'],
    ...['drivers/net/vmxnet3', 'drivers/nvme', 'drivers/pci', 'drivers/scsi', 'drivers/usb/host', 'drivers/virtio'],
    ...['fs/ext4', 'fs/fat', 'fs/isofs', 'fs/netfs', 'fs/nls'],
    // What RAUC opens bundles with: loop and nbd lie in drivers/block, dm-verity in drivers/md.
    ...['fs/overlayfs', 'fs/squashfs', 'net/netfilter', 'net/vmw_vsock'],
  ];
  for (const tree of trees) {
    assert.match(tree, /^(arch|drivers|fs|net|sound)(\/[a-z0-9_.-]+)*$/, tree);
    const holds = needed.filter((path) => `${path}/`.startsWith(`${tree}/`));
    assert.equal(holds, [], tree);
  }
});

test.run();
