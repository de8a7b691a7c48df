import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from './check.ts';

export const memory: Check = {
  id: 'memory',
  core: false,
  intervalSeconds: 15,
  limitSeconds: 5,
  async judge({ places, thresholds }) {
    const text = await readFile(join(places.root, 'proc/meminfo'), 'utf8');
    const { total, percent } = availablePercent(text);
    if (!Number.isFinite(percent)) throw new Error('the kernel does not tell how much memory there is');
    const detail = `${percent.toFixed(1)} % of ${(total / 1024).toFixed(0)} MiB available (limit ${thresholds.memoryAvailablePercent} %)`;
    if (percent >= thresholds.memoryAvailablePercent) return { healthy: true, detail };
    return { healthy: false, detail, advice: 'Give the virtual machine more memory.' };
  },
};

/** From proc_meminfo(5). @returns the total in KiB; NaN when the kernel does not tell */
export function availablePercent(text: string): { total: number; percent: number } {
  const kib = (name: string): number => Number(new RegExp(`^${name}: *(\\d+) kB$`, 'm').exec(text)?.[1]);
  const total = kib('MemTotal');
  return { total, percent: (kib('MemAvailable') / total) * 100 };
}
