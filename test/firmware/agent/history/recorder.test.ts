import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Clock } from '../../../../src/firmware/agent/clock.ts';
import { History } from '../../../../src/firmware/agent/history/history.ts';
import { MachineSampler } from '../../../../src/firmware/agent/history/machine-sampler.ts';
import { Recorder } from '../../../../src/firmware/agent/history/recorder.ts';
import { tempFolder } from '../../../support/temp-folder.ts';

/** A clock that stands still until somebody lets its timer fire. */
function handClock(start: number) {
  let [wall, elapsed] = [start, 0];
  let waiting: { readonly ms: number; readonly task: () => void } | undefined;
  let onTimer: () => void = () => {};
  const clock: Clock = {
    now: () => new Date(wall),
    elapsedMs: () => elapsed,
    after(ms, task) {
      waiting = { ms, task };
      onTimer();
      return () => {
        waiting = undefined;
      };
    },
  };
  return {
    clock,
    jump(ms: number): void {
      wall += ms;
    },
    /** Lets time pass to the next timer, and waits until there is another: then the minute is over and done with. */
    async minute(): Promise<number> {
      const due = waiting;
      if (due === undefined) throw new Error('nobody waits for a minute');
      const next = new Promise<void>((resolve) => {
        onTimer = resolve;
      });
      wall += due.ms;
      elapsed += due.ms;
      due.task();
      await next;
      return due.ms;
    },
    isWaiting: () => waiting !== undefined,
  };
}

async function valuesIn(history: History): Promise<[time: number, value: number][]> {
  const values: [number, number][] = [];
  await history.read('a', 0, Number.MAX_SAFE_INTEGER, (time, value) => values.push([time, value]));
  return values;
}

test('a value is kept after each minute of the clock, whatever it does', async () => {
  const hand = handClock(Date.parse('2026-01-01T00:00:30Z'));
  const history = await History.open(tempFolder(), ['a']);
  let count = 0;
  const recorder = new Recorder(history, async () => new Map([['a', ++count]]), hand.clock);
  recorder.start();
  assert.equal([await hand.minute(), await hand.minute()], [30_020, 60_000]);
  hand.jump(-86_400_000);
  await hand.minute();
  hand.jump(10 * 365 * 86_400_000 + 7_000);
  await hand.minute();
  await hand.minute();
  recorder.stop();
  assert.not.ok(hand.isWaiting());
  const values = await valuesIn(history);
  assert.equal(
    values.map(([, value]) => value),
    [3, 1, 2, 4, 5],
  );
});

test('a disk that takes nothing is told once, and written to again when it does', async () => {
  const folder = join(tempFolder(), 'history');
  const hand = handClock(0);
  const history = await History.open(folder, ['a']);
  let asked = 0;
  const recorder = new Recorder(history, async () => new Map([['a', ++asked]]), hand.clock);
  rmSync(folder, { recursive: true });
  const said: string[] = [];
  const write = process.stderr.write;
  process.stderr.write = ((text: string) => said.push(text) > 0) as typeof write;
  recorder.start();
  try {
    for (let minute = 0; minute < 3; minute++) await hand.minute();
  } finally {
    process.stderr.write = write;
  }
  assert.is(said.length, 1, said.join(''));
  assert.match(said[0] ?? '', /^history: this minute is not kept: ENOENT/);
  mkdirSync(folder);
  await hand.minute();
  recorder.stop();
  assert.equal(
    (await valuesIn(history)).map(([, value]) => value),
    [4],
  );
});

test('what counts up is told as what it came to, and a card that belongs to another is counted once', async () => {
  const root = tempFolder();
  for (const folder of ['proc/net', 'data', 'sys/class/net/eth0', 'sys/class/net/eth1/master']) {
    mkdirSync(join(root, folder), { recursive: true });
  }
  const files = (busy: number, idle: number, bytes: number): void => {
    writeFileSync(join(root, 'proc/stat'), `cpu  ${busy} 0 0 ${idle} 0 0 0 0 0 0\n`);
    writeFileSync(join(root, 'proc/loadavg'), '0.52 0.58 0.59 1/300 1234\n');
    writeFileSync(join(root, 'proc/meminfo'), 'MemTotal: 1000 kB\nMemAvailable: 250 kB\n');
    const line = (name: string, of: number): string => `  ${name}: ${of} 1 0 0 0 0 0 0 ${of * 2} 1 0 0 0 0 0 0\n`;
    const head = 'Inter-|   Receive\n face |bytes    packets\n';
    writeFileSync(join(root, 'proc/net/dev'), head + line('lo', 9 * bytes) + line('eth0', bytes) + line('eth1', bytes));
  };
  let elapsed = 0;
  const sampler = new MachineSampler(root, () => elapsed);
  files(100, 100, 1000);
  const first = await sampler.sample();
  assert.equal([first.get('memory_available_percent'), first.get('load1')], [25, 0.52]);
  assert.not.ok(first.has('cpu_busy_percent'));
  elapsed = 60_000;
  files(130, 190, 61_000);
  const second = await sampler.sample();
  assert.is(second.get('cpu_busy_percent'), 25);
  assert.is(second.get('network_receive_bytes_per_second'), 1000);
  assert.is(second.get('network_transmit_bytes_per_second'), 2000);
  assert.ok((second.get('disk_used_percent') ?? -1) >= 0);
  elapsed = 120_000;
  files(130, 190, 0);
  const third = await sampler.sample();
  assert.not.ok(third.has('network_receive_bytes_per_second'), 'counters that went back');
  rmSync(join(root, 'proc/stat'));
  assert.ok((await sampler.sample()).has('load1'));
});

test.run();
