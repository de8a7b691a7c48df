import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { chmod, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createExec } from '../../../src/builder/exec/run.ts';
import { packerBuild } from '../../../src/builder/tools/packer.ts';
import { caught } from '../../support/caught.ts';
import { tempFolder } from '../../support/temp-folder.ts';

/** A folder whose `packer` is this script. */
async function fakePacker(script: string): Promise<string> {
  const folder = tempFolder();
  const path = join(folder, 'packer');
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return folder;
}

async function build(folder: string, signal = new AbortController().signal): Promise<void> {
  const before = process.env.PATH;
  process.env.PATH = `${folder}:${before}`;
  try {
    await packerBuild(createExec(signal), {
      folder: '/rendered',
      only: 'null.sandbox',
      variables: { ssh_port: '22', as_root: '' },
      stateDir: folder,
      timeoutSeconds: 60,
      logFile: join(folder, 'log'),
      mark: '--- ',
      onLine: () => undefined,
    });
  } finally {
    process.env.PATH = before;
  }
}

function running(word: string): boolean {
  return readdirSync('/proc').some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes(word);
    } catch {
      // The process ended meanwhile.
      return false;
    }
  });
}

async function until(what: string, holds: () => boolean): Promise<void> {
  for (let waited = 0; waited < 600; waited += 1) {
    if (holds()) return;
    await sleep(100);
  }
  assert.unreachable(`not within a minute: ${what}`);
}

test('one source is built with the variables given, and nothing of Packer lands outside its folder', async () => {
  const folder = await fakePacker('printf "%s\\n" "$@" >"$TMPDIR/argv"; env >"$TMPDIR/env"');
  await build(folder);
  const argv = (await readFile(join(folder, 'argv'), 'utf8')).trimEnd().split('\n');
  assert.equal(argv, [
    'build',
    '-color=false',
    '-only=null.sandbox',
    '-var',
    'ssh_port=22',
    '-var',
    'as_root=',
    '/rendered',
  ]);
  const env = await readFile(join(folder, 'env'), 'utf8');
  for (const name of ['PACKER_CACHE_DIR', 'PACKER_CONFIG_DIR', 'PWD']) assert.match(env, `${name}=${folder}`);
  assert.match(env, '\nTMPDIR=.\n');
  assert.match(env, 'CHECKPOINT_DISABLE=1');
});

test('a failed provisioner is told as such; a failure before any is told as the tool', async () => {
  const failing = 'Script exited with non-zero exit status: 5';
  const error = await caught('provisioner-failed', async () =>
    build(
      await fakePacker(
        `echo "    null.sandbox: --- 10-x"; echo "Build 'null.sandbox' errored after 1 second: ${failing}"; exit 1`,
      ),
    ),
  );
  assert.is(error.message, 'provisioner 10-x failed with exit code 5');
  const early = await caught('tool-failed', async () =>
    build(await fakePacker('echo "Timeout waiting for SSH."; exit 1')),
  );
  assert.match(early.message, 'Timeout waiting for SSH.');
});

test('a missing Packer is told by its name', async () => {
  const before = process.env.PATH;
  // Everything but packer: what starts it must be there.
  const folder = tempFolder();
  for (const name of ['setpriv', 'unshare']) await symlink(`/usr/bin/${name}`, join(folder, name));
  const error = await caught('tool-missing', async () => {
    process.env.PATH = folder;
    try {
      await build(tempFolder());
    } finally {
      process.env.PATH = before;
    }
  });
  assert.match(error.message, 'packer is not installed');
});

test('what Packer started dies with a Ctrl-C, also what left its process group', async () => {
  const seconds = String(randomInt(1e6, 1e7));
  const stop = new AbortController();
  const folder = await fakePacker(`trap 'exit 1' TERM; setsid sleep ${seconds} & wait`);
  const building = caught('interrupted', () => build(folder, stop.signal));
  await until('packer runs', () => running(seconds));
  stop.abort();
  await building;
  await until('its child is dead', () => !running(seconds));
});

test('what Packer started dies when Kiln is killed', async () => {
  const seconds = String(randomInt(1e6, 1e7));
  const folder = await fakePacker(`setsid sleep ${seconds} & wait`);
  const program = fileURLToPath(new URL('run-packer.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', program, folder], {
    env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
    stdio: 'inherit',
  });
  await until('packer runs', () => running(seconds));
  child.kill('SIGKILL');
  await until('its child is dead', () => !running(seconds));
});

test.run();
