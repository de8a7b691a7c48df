import type { StatsFs } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Check } from './check.ts';

/** The data partition; the root is read-only and full by design. */
export const disk: Check = {
  id: 'disk',
  core: false,
  intervalSeconds: 30,
  limitSeconds: 10,
  async judge({ places, thresholds }) {
    const { bytes, inodes } = usedPercent(await statfs(join(places.root, 'data')));
    const detail = `${bytes.toFixed(1)} % of the space and ${inodes.toFixed(1)} % of the files of /data used (limit ${thresholds.diskUsedPercent} %)`;
    if (Math.max(bytes, inodes) < thresholds.diskUsedPercent) return { healthy: true, detail };
    return { healthy: false, detail, advice: 'Enlarge the disk and restart (data grows by itself), or remove data.' };
  },
};

/** As df(1) counts it: what is kept back for root is nobody's. */
export function usedPercent({ blocks, bavail, bfree, files, ffree }: StatsFs): { bytes: number; inodes: number } {
  return {
    bytes: ((blocks - bfree) / (blocks - bfree + bavail)) * 100,
    inodes: files === 0 ? 0 : ((files - ffree) / files) * 100,
  };
}
