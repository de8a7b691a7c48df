import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { checkHost, type HostReport, requirePrograms, requireReady } from '../../../src/builder/host/check.ts';
import { findProgram } from '../../../src/builder/host/find-program.ts';
import { requirements } from '../../../src/builder/host/requirements.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A PATH that has dpkg-query and the given programs, and a host that says it is what `osRelease` says. */
async function check(programs: readonly string[], osRelease: string, isRoot = true): Promise<HostReport> {
  const path = tempFolder();
  symlinkSync('/usr/bin/dpkg-query', join(path, 'dpkg-query'));
  for (const name of programs) symlinkSync('/bin/true', join(path, name));
  const file = join(tempFolder(), 'os-release');
  writeFileSync(file, osRelease);
  const folders = { cacheDir: '/nowhere/yet', outputRoot: tempFolder() };
  return checkHost({ ...folders, path, isRoot, osRelease: file }, new AbortController().signal);
}

const bookworm = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\nVERSION_CODENAME=bookworm\n';
const trixie = 'PRETTY_NAME="Debian GNU/Linux 13 (trixie)"\nID=debian\nVERSION_CODENAME=trixie\n';
const noble = "PRETTY_NAME='Ubuntu 24.04'\nID=ubuntu\nVERSION_CODENAME=noble\n";
const all = requirements.map(({ what }) => what).filter((what) => !what.startsWith('/'));

test('what is missing is named once with its package, and one command installs it', async () => {
  const report = await check(
    all.filter((name) => !['qemu-img', 'ssh', 'ssh-keygen', 'packer'].includes(name)),
    bookworm,
  );
  assert.is(report.host, 'Debian GNU/Linux 12 (bookworm)');
  for (const name of ['openssh-client', 'packer', 'qemu-utils'])
    assert.is(report.missing.filter((one) => one === name).length, 1);
  assert.is(
    report.installCommand,
    `apt-get update && apt-get install --yes --no-install-recommends ${report.missing.join(' ')}`,
  );
  assert.equal(report.obstacles, []);
  const error = await caught('tool-missing', () => requireReady(report));
  assert.is(error.exitCode, 1);
  assert.match(error.message, /packages are missing: .*openssh-client, .*packer/);
  assert.is(error.hint, `Run: ${report.installCommand}`);
});

test('an ordinary user gets the command with sudo, and is asked for uidmap', async () => {
  const report = await check(
    all.filter((name) => name !== 'newuidmap' && name !== 'packer'),
    bookworm,
    false,
  );
  assert.ok(report.findings.some(({ package: name }) => name === 'uidmap'));
  assert.match(report.installCommand ?? '', /^sudo sh -c 'apt-get update && apt-get install .* packer/);
});

test('Debian 13 takes packer from Debian 12, and nothing else from there', async () => {
  const { installCommand } = await check(
    all.filter((name) => name !== 'packer'),
    trixie,
  );
  assert.match(
    installCommand ?? '',
    /bookworm main" > \/etc\/apt\/sources\.list\.d\/kiln-bookworm\.list && .*Pin-Priority: 100.* && apt-get update && /,
  );
  const other = await check(
    all.filter((name) => name !== 'zstd'),
    trixie,
  );
  assert.match(other.installCommand ?? '', /^apt-get update/);
});

test('another system is told what it lacks that apt will not bring', async () => {
  const report = await check(
    all.filter((name) => name !== 'packer'),
    noble,
  );
  assert.match(report.obstacles.join('\n'), /no package "packer"/);
  assert.not.match(report.installCommand ?? '', /packer/);
  await caught('host-unsupported', () => requireReady(report));
});

test('free space is that of the nearest folder there is', async () => {
  const { cacheFreeBytes, outputFreeBytes, memoryAvailableBytes } = await check(all, bookworm);
  for (const bytes of [cacheFreeBytes, outputFreeBytes, memoryAvailableBytes]) assert.ok(bytes > 0);
});

test('a program is a file that can be run, found in PATH but never in the current folder', async () => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'plain'), '', { mode: 0o644 });
  writeFileSync(join(folder, 'tool'), '', { mode: 0o755 });
  assert.is(await findProgram('tool', `/nowhere:${folder}`), join(folder, 'tool'));
  for (const path of [':', '', '/etc/passwd']) assert.is(await findProgram('tool', path), null);
  assert.is(await findProgram('/etc', ''), null);
  assert.is(await findProgram('/etc/passwd', ''), '/etc/passwd');
});

test('requirements repeat nothing', () => {
  assert.is(new Set(requirements.map(({ what }) => what)).size, requirements.length);
});

test('a bake misses only what it needs itself, and names each program', async () => {
  const path = tempFolder();
  const others = ['packer', 'zstd', 'qemu-system-x86_64', 'shellcheck', 'newuidmap'];
  for (const name of all.filter((one) => !others.includes(one))) symlinkSync('/bin/true', join(path, name));
  const error = await caught('tool-missing', () => requirePrograms([], path, true));
  assert.equal(error.message.split('\n'), [
    'packer is not installed; it is needed to run the provisioners',
    'zstd is not installed; it is needed to compress disks',
  ]);
  assert.match(error.hint, 'kiln check');
  for (const name of ['packer', 'zstd']) symlinkSync('/bin/true', join(path, name));
  await requirePrograms([], path, true);
  assert.match((await caught('tool-missing', () => requirePrograms(['smoke'], path, true))).message, 'qemu-system');
  assert.match((await caught('tool-missing', () => requirePrograms([], path, false))).message, 'newuidmap');
});

test.run();
