import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../src/builder/exec/run.ts';
import { grubEnvironment } from '../../src/builder/formats/grub-environment.ts';
import { diskLayout } from '../../src/builder/plan/disk-layout.ts';
import { loadRecipe } from '../../src/builder/recipe/load.ts';
import { fileBlock, withLiveGuest } from './support/live-guest.ts';
import { bakedRelease } from './support/release.ts';

test('a slot that cannot start is tried three times, then the other one is started and tells that it came up', async () => {
  const recipe = await loadRecipe('images/minimal');
  const release = await bakedRelease('minimal');
  const scratch = await mkdtemp(join(tmpdir(), 'kiln-fallback-'));
  const exec = createExec(new AbortController().signal);
  const raw = join(scratch, 'disk.raw');
  try {
    const artifact = join(release, `${recipe.name}-${recipe.version}-kvm.qcow2`);
    await exec.run(['qemu-img', 'convert', '-O', 'raw', artifact, raw], {
      purpose: 'unpack the disk',
      timeoutSeconds: 300,
    });
    const { partitions } = diskLayout(recipe.name, recipe.disk.sizeBytes, recipe.disk.slotBytes);
    await copySlotToB(exec, raw, partitions['root-a'].start, partitions['root-b'].start, recipe.disk.slotBytes);
    await wipe(raw, partitions['root-a'].start);
    await setEnvironment(exec, raw, partitions.esp.start, scratch);

    const input = {
      ...{ name: 'fallback', block: fileBlock('raw', raw), diskBytes: recipe.disk.sizeBytes },
      restarts: true as const,
    };
    await withLiveGuest(input, async ({ lines, login }) => {
      const shell = await login();
      const started = lines.flatMap((line) => /Starting slot ([AB])/.exec(line)?.[1] ?? []);
      assert.equal(started, ['A', 'A', 'A', 'B'], lines.join('\n'));
      assert.match((await shell.run('cat /proc/cmdline')).stdout, /kiln\.slot=B /);
      await shell.run('sudo systemctl start kiln-boot-confirm.service', 120);
      const environment = await shell.run(
        "sudo sh -c '. /run/kiln/disk.env; mount -o ro $KILN_ESP /mnt; grub-editenv /mnt/EFI/debian/grubenv list; umount /mnt'",
      );
      assert.match(environment.stdout, /^A_TRY=3$/m, environment.stderr);
      assert.match(environment.stdout, /^B_TRY=0$/m);
      shell.close();
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
});

type Exec = ReturnType<typeof createExec>;

async function copySlotToB(exec: Exec, disk: string, from: number, to: number, bytes: number): Promise<void> {
  await exec.run(
    [
      ...(['dd', `if=${disk}`, `of=${disk}`, 'bs=1M', `skip=${from}`, `seek=${to}`, `count=${bytes}`] as const),
      ...['iflag=skip_bytes,count_bytes', 'oflag=seek_bytes', 'conv=notrunc,sparse', 'status=none'],
    ],
    { purpose: 'copy slot A to slot B', timeoutSeconds: 300 },
  );
}

/** Takes the file system's first MiB away: the loader finds no kernel there. */
async function wipe(disk: string, start: number): Promise<void> {
  const file = await open(disk, 'r+');
  try {
    await file.write(Buffer.alloc(2 ** 20), 0, 2 ** 20, start);
  } finally {
    await file.close();
  }
}

async function setEnvironment(exec: Exec, disk: string, esp: number, scratch: string): Promise<void> {
  const block = join(scratch, 'grubenv');
  await writeFile(block, grubEnvironment({ ORDER: 'A B', A_OK: '1', A_TRY: '0', B_OK: '1', B_TRY: '0' }));
  await exec.run(['mcopy', '-o', '-i', `${disk}@@${esp}`, block, '::EFI/debian/grubenv'], {
    purpose: 'tell the loader that slot B holds a system',
    timeoutSeconds: 60,
  });
  assert.is((await readFile(block)).length, 1024);
}

test.run();
