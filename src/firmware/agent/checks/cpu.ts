import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from './check.ts';

const WINDOW_MS = 300_000;
/** How much of the window has to be seen: samples come every quarter of a minute. */
const ENOUGH_MS = WINDOW_MS - 20_000;

interface Sample {
  /** Ticks. */
  readonly busy: number;
  readonly all: number;
}

/** Processors busy over the last five minutes. Remembers what it saw. */
export function cpu(): Check {
  let samples: (Sample & { readonly at: number })[] = [];
  return {
    id: 'cpu',
    core: false,
    intervalSeconds: 15,
    limitSeconds: 5,
    async judge({ places, thresholds, now }) {
      const at = now.getTime();
      const last = { ...readTimes(await readFile(join(places.root, 'proc/stat'), 'utf8')), at };
      // A clock that was set back makes what was seen before worthless.
      samples = [...samples.filter((one) => one.at <= at && one.at >= at - WINDOW_MS), last];
      const first = samples[0] ?? last;
      const all = last.all - first.all;
      if (all <= 0) return { healthy: true, detail: 'not measured yet' };
      const percent = ((last.busy - first.busy) / all) * 100;
      const detail = `busy ${percent.toFixed(1)} % of the time (limit ${thresholds.cpuBusyPercent} %)`;
      // Work that comes in a burst is no fault; only a full window counts.
      if (at - first.at < ENOUGH_MS || percent < thresholds.cpuBusyPercent) return { healthy: true, detail };
      return {
        healthy: false,
        detail,
        advice: 'Give the virtual machine more processors, or look what keeps it busy.',
      };
    },
  };
}

/** First line of proc_stat(5): user nice system idle iowait irq softirq steal guest guest_nice, in ticks. */
export function readTimes(text: string): Sample {
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = (
    text.split('\n', 1)[0] ?? ''
  )
    .split(/\s+/)
    .slice(1)
    .map(Number);
  const busy = user + nice + system + irq + softirq + steal;
  return { busy, all: busy + idle + iowait };
}
