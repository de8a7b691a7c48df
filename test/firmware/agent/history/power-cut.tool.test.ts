// The history of an agent that is killed while it writes, and of one whose disk is full.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bundleProgram } from '../../../../src/builder/steps/firmware.ts';
import { History } from '../../../../src/firmware/agent/history/history.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

const KILLS = 100;
const FIRST_MINUTE = Date.parse('2026-01-01T00:00:00Z') / 60_000;
const bundles = tempFolder();
const writer = await bundleProgram('test/firmware/agent/history/writing-process.ts', join(bundles, 'writer.mjs'));

async function kept(folder: string): Promise<Map<number, number>> {
  const values = new Map<number, number>();
  let last = 0;
  const history = await History.open(folder, ['a', 'b', 'c']);
  await history.read('a', 0, Number.MAX_SAFE_INTEGER, (time, value) => {
    assert.ok(time > last, 'in order');
    last = time;
    values.set(time / 60_000, value);
  });
  return values;
}

test(`killed ${KILLS} times while it writes, it has every minute it said it kept`, async () => {
  const folder = join(tempFolder(), 'history');
  const said: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const next = (said.at(-1) ?? FIRST_MINUTE - 1) + 1;
    const child = spawn(process.execPath, [writer, folder, String(next)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
    });
    const closed = once(child, 'close');
    // At other moments each time: between the start and some hundred minutes.
    while (text.split('\n').length < 2 + ((kill * 37) % 150)) await sleep(1);
    child.kill('SIGKILL');
    await closed;
    said.push(...text.split('\n').slice(0, -1).map(Number));
  }
  const values = await kept(folder);
  assert.ok(said.length > KILLS * 20, String(said.length));
  for (const minute of said) assert.is(values.get(minute), minute % 1000, String(minute));
  // The minute that was being written each time may be there as well.
  assert.ok(values.size <= said.length + KILLS);
  assert.not.ok(readdirSync(folder).some((name) => name.endsWith('.new')));
});

test('on a full disk minutes of a day that has begun are kept, and what does not fit harms nothing', async () => {
  const outside = tempFolder();
  const script = `
    set -e
    mount -t tmpfs -o size=64k,mode=0700 tmpfs "$1"
    shift
    exec "$@"`;
  const program = join(bundles, 'full.mjs');
  await bundleProgram('test/firmware/agent/history/full-disk-process.ts', program);
  const disk = join(outside, 'disk');
  mkdirSync(disk);
  const child = spawn('unshare', ['-rm', 'sh', '-c', script, 'sh', disk, process.execPath, program, disk], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      said += chunk;
    });
  }
  const [code] = await once(child, 'close');
  assert.equal(
    [code, said],
    [
      0,
      'first day: kept\nsame day, disk full: kept\nnext day, disk full: ENOSPC\nnext day, room again: kept\nminutes: 3\n',
    ],
  );
});

test.run();
