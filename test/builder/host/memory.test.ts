import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { availableMemoryBytes, freeMemoryFolderBytes, type MemorySources } from '../../../src/builder/host/memory.ts';
import { GIB, MIB } from '../../../src/builder/recipe/size.ts';
import { tempFolder } from '../../support/temp-folder.ts';

function sources(options: { options?: string; type?: string; max?: string; current?: string }): MemorySources {
  const folder = tempFolder();
  const shm = join(folder, 'shm');
  mkdirSync(shm);
  writeFileSync(join(folder, 'meminfo'), `MemTotal: 8388608 kB\nMemAvailable: ${64 * 1024} kB\n`);
  const line = `30 25 0:26 / ${shm} ${options.options ?? 'rw,nosuid,nodev'} shared:4 - ${options.type ?? 'tmpfs'} tmpfs rw,size=1g`;
  writeFileSync(join(folder, 'mountinfo'), `${line}\n`);
  if (options.max !== undefined) writeFileSync(join(folder, 'memory.max'), `${options.max}\n`);
  if (options.current !== undefined) writeFileSync(join(folder, 'memory.current'), `${options.current}\n`);
  return { meminfo: join(folder, 'meminfo'), cgroup: folder, mountinfo: join(folder, 'mountinfo'), shm };
}

test('available memory is what the kernel says, without a limit', async () => {
  assert.is(await availableMemoryBytes(sources({})), 64 * MIB);
  assert.is(await availableMemoryBytes(sources({ max: 'max', current: '5' })), 64 * MIB);
});

test('a limit of the cgroup counts, never below zero', async () => {
  assert.is(await availableMemoryBytes(sources({ max: String(48 * MIB), current: String(40 * MIB) })), 8 * MIB);
  assert.is(await availableMemoryBytes(sources({ max: String(GIB), current: String(2 * GIB) })), 0);
});

test('a tmpfs that is noexec, read-only, of another type or not there is of no use', async () => {
  assert.is(await freeMemoryFolderBytes(sources({})), 64 * MIB);
  assert.is(await freeMemoryFolderBytes(sources({ options: 'rw,nosuid,nodev,noexec' })), 0);
  assert.is(await freeMemoryFolderBytes(sources({ options: 'ro' })), 0);
  assert.is(await freeMemoryFolderBytes(sources({ type: 'ext4' })), 0);
  assert.is(await freeMemoryFolderBytes({ ...sources({}), shm: '/nowhere' }), 0);
});

test.run();
