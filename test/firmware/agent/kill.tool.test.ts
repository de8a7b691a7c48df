// The agent, killed a hundred times, with somebody who starts it again as systemd would.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bundleProgram } from '../../../src/builder/steps/firmware.ts';
import { placesBelow } from '../../../src/firmware/platform/places.ts';
import { freePort } from '../../support/free-port.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const KILLS = 100;
const root = tempFolder();
const places = placesBelow(root);
for (const folder of ['proc', 'data', 'usr/lib', 'run/kiln', 'run/kiln-agent']) {
  mkdirSync(join(root, folder), { recursive: true });
}
for (const file of ['stat', 'meminfo', 'loadavg'])
  writeFileSync(join(root, 'proc', file), readFileSync(`/proc/${file}`));
const program = await bundleProgram('test/firmware/agent/fast-agent-process.ts', join(root, 'agent.mjs'));
const port = await freePort();
const base = `http://127.0.0.1:${port}`;
const epoch = Date.now();

function start(): ChildProcess {
  return spawn(process.execPath, [program, root, String(port), String(epoch)], {
    stdio: ['ignore', 'ignore', 'ignore'],
  });
}

async function isInService(): Promise<boolean> {
  return fetch(`${base}/testall`).then(
    ({ status }) => status === 200,
    () => false,
  );
}

type Point = readonly [time: number, mean: number, least: number, most: number];

/** What there is of the last hours of its clock, which are some minutes of ours. */
async function points(): Promise<Point[]> {
  const from = Date.UTC(2026, 0, 1) / 1000;
  const answer = await fetch(`${base}/history?metric=load1&from=${from}&to=${from + 1440 * 60 * 30}&step=1800`);
  return ((await answer.json()) as { points: Point[] }).points;
}

async function minutes(): Promise<Map<number, number>> {
  const found = new Map<number, number>();
  for (const [start = 0] of await points()) {
    const answer = await fetch(`${base}/history?metric=load1&from=${start}&to=${start + 1800}`);
    for (const [time, mean] of ((await answer.json()) as { points: Point[] }).points) found.set(time, mean);
  }
  return found;
}

test(`killed ${KILLS} times, it is back each time and has lost nothing it had kept`, async () => {
  let child = start();
  let kept = new Map<number, number>();
  let first = '';
  const back: number[] = [];
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      const started = performance.now();
      while (!(await isInService())) await sleep(10);
      back.push(performance.now() - started);
      const now = await minutes();
      for (const [time, value] of kept) assert.is(now.get(time), value, `minute ${time} after ${kill} kills`);
      kept = now;
      // It is in service a moment before that is noted.
      while (!existsSync(places.firstInService)) await sleep(5);
      first ||= readFileSync(places.firstInService, 'utf8');
      assert.is(readFileSync(places.firstInService, 'utf8'), first);
      // At other moments each time, also while it starts and while it writes.
      await sleep((kill * 13) % 120);
      child.kill('SIGKILL');
      await once(child, 'close');
      child = start();
      if (kill % 10 === 0) {
        await sleep((kill * 7) % 100);
        child.kill('SIGKILL');
        await once(child, 'close');
        child = start();
      }
    }
  } finally {
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  back.sort((one, other) => one - other);
  process.stdout.write(`in service after ${back[KILLS / 2]?.toFixed(0)} ms, at most ${back.at(-1)?.toFixed(0)} ms; `);
  process.stdout.write(`${kept.size} minutes\n`);
  assert.ok(kept.size > 0);
});

test.run();
