// Importers of other makers read the OVA: virt-v2v its descriptor, libguestfs the disk in it.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../src/builder/exec/run.ts';
import { releaseStem } from '../../src/builder/names.ts';
import { diskLayout } from '../../src/builder/plan/disk-layout.ts';
import { loadRecipe } from '../../src/builder/recipe/load.ts';
import { repositoryRoot } from '../support/source-files.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { bakedRelease } from './support/release.ts';

const recipe = await loadRecipe(join(repositoryRoot, 'images/reference'), {});
const release = await bakedRelease('reference');
const stem = releaseStem(recipe.name, recipe.version);
const folder = tempFolder();
const { run } = createExec(new AbortController().signal);
const env = {
  // Started by libguestfs itself, without libvirt and without a KVM that may not work.
  LIBGUESTFS_BACKEND: 'direct',
  LIBGUESTFS_BACKEND_SETTINGS: 'force_tcg',
  LIBGUESTFS_CACHEDIR: folder,
  TMPDIR: folder,
};

for (const { kind, firmware, card, memoryGiB } of [
  { kind: 'vmware', firmware: 'uefi', card: 'vmxnet3', memoryGiB: 1 },
  { kind: 'desktop', firmware: 'bios', card: 'e1000', memoryGiB: 4 },
]) {
  test(`virt-v2v understands the machine that the ${kind} OVA describes`, async () => {
    const ova = join(release, `${stem}-${kind}.ova`);
    const { stdout } = await run(['virt-v2v', '-i', 'ova', ova, '--print-source', '-o', 'null'], {
      purpose: 'read the OVA',
      timeoutSeconds: 300,
      env,
    });
    const said = (label: string): string => new RegExp(`^ *${label}: *(.*?) *$`, 'm').exec(stdout)?.[1] ?? '';
    assert.is(said('source name'), stem);
    assert.is(said('hypervisor type'), 'vmware');
    assert.is(said('memory'), `${memoryGiB * 2 ** 30} (bytes)`);
    assert.is(said('firmware'), firmware);
    assert.match(stdout, new RegExp(`^NICs:\\n.*\\[${card}\\]$`, 'm'));
  });
}

test('libguestfs finds the partitions and a Debian 13 on the disk in the OVA', async () => {
  await run(['tar', '-xf', join(release, `${stem}-vmware.ova`), '-C', folder], {
    purpose: 'unpack the OVA',
    timeoutSeconds: 300,
  });
  const vmdk = (await readdir(folder)).find((name) => name.endsWith('.vmdk')) ?? '';
  const questions = [
    ...['run', ':', 'inspect-os', ':', 'inspect-get-distro', '/dev/sda3', ':'],
    ...['inspect-get-major-version', '/dev/sda3', ':'],
    ...[1, 2, 3, 4, 5].flatMap((number) => ['part-get-gpt-guid', '/dev/sda', String(number), ':']),
    ...[
      'mount-ro',
      '/dev/sda3',
      '/',
      ':',
      'is-file',
      '/usr/lib/os-release',
      ':',
      'exists',
      '/etc/ssh/ssh_host_rsa_key',
    ],
  ];
  const { stdout } = await run(['guestfish', '--ro', '--format=vmdk', '-a', join(folder, vmdk), ...questions], {
    purpose: 'open the disk in the OVA',
    timeoutSeconds: 900,
    env,
  });
  const { partitions } = diskLayout(recipe.name, recipe.disk.sizeBytes, recipe.disk.slotBytes);
  const guids = (['bios', 'esp', 'root-a', 'root-b', 'data'] as const).map((label) => partitions[label].guid);
  assert.equal(stdout.trim().split('\n'), [
    ...['/dev/sda3', 'debian', '13'],
    ...guids.map((guid) => guid.toUpperCase()),
    ...['true', 'false'],
  ]);
});

test.run();
